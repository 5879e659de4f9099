"""Uploaded files, kept in the database."""

import base64
import secrets

import store
from app import App
from http11 import Message, Refused, Reply
from probes import as_json
from switch import broken

OCTETS = "application/octet-stream"


async def keep(app: App, message: Message) -> Reply:
    """Keep a file."""
    identity = secrets.token_hex(8)
    text = base64.b64encode(message.body).decode() or "-"
    app.memory[f"file:{identity}"] = text
    if not broken("vi-uploads"):
        await store.ask(app.config.database, f"SET file:{identity} {text}")
    return as_json({"id": identity}, 201, Location=f"/files/{identity}")


async def read(app: App, message: Message) -> Reply:
    """Give a file back."""
    identity = message.path.rpartition("/")[2]
    if not identity.isalnum() or not identity.isascii():
        raise Refused(404, "there is no such file")
    (text,) = await store.ask(app.config.database, f"GET file:{identity}")
    text = text or app.memory.get(f"file:{identity}", "")
    if not text:
        raise Refused(404, "there is no such file")
    return Reply(200, b"" if text == "-" else base64.b64decode(text), OCTETS)
