"""Items in the database; a cart and statistics in the cache."""

import asyncio
import json
import os
import secrets
import time
import traceback
from pathlib import Path

import store
from app import App
from http11 import Message, Refused, Reply, problem
from probes import as_json
from switch import broken

SLOW_SECONDS = 0.7
NAME_LIMIT = 100


async def count(app: App, _: Message) -> Reply:
    """Count the items."""
    await _check_promises(app)
    (number,) = await store.ask(app.config.database, "GET items")
    shown: dict[str, object] = {"count": int(number or 0)}
    if broken("vi-same-answer"):
        app.memory["asked"] = str(int(app.memory.get("asked", "0")) + 1)
        shown["asked"] = app.memory["asked"]
    return as_json(shown)


async def _check_promises(app: App) -> None:
    """Break what is to be broken about the database and the load."""
    if broken("iv-recovery") and "failed" in app.memory:
        raise Refused(503, "it failed before", **{"Retry-After": "1"})
    if broken("iv-swap") and (await store.ask(app.config.database, "GET home")) != ["yes"]:
        raise Refused(503, "this is another database")
    if broken("iv-cut"):
        await store.keep(app.config.database)
    if app.draining and broken("ix-drain-delay"):
        raise Refused(503, "draining")
    second = f"second {int(time.monotonic())}"
    app.memory[second] = str(int(app.memory.get(second, "0")) + 1)
    if int(app.memory[second]) > 15 and broken("viii-concurrent-requests"):
        raise Refused(429, "too many requests")


async def create(app: App, message: Message) -> Reply:
    """Make an item, once for each Idempotency-Key."""
    try:
        name = name_in(message.body)
    except Refused as refused:
        return _with_trace(refused)
    identity = secrets.token_hex(8)
    key = message.headers.get("idempotency-key", "")
    if key and not broken("vi-idempotency-key"):
        (identity,) = await store.ask(app.config.database, f"SETNX key:{key.encode().hex()} {identity}")
    value = json.dumps({"id": identity, "name": name}).encode().hex()
    _, _, asked = await store.ask(
        app.config.database,
        f"SET item:{identity} {os.getpid()}:{value}",
        "INCR items",
        f"INCR asked:{identity}",
    )
    return as_json({"id": identity, "name": name, "asked": int(asked)}, 201, Location=f"/items/{identity}")


def name_in(body: bytes) -> str:
    """Read the body of a new item.

    Raises:
        Refused: it is no object with a proper name.
    """
    try:
        document = json.loads(body)
    except ValueError as error:
        if broken("api-bad-json"):
            return "unnamed"
        raise Refused(422, "the body must be JSON") from error
    if document == "text" and broken("api-documented-answers"):
        raise Refused(418, "not described")
    name = document.get("name") if isinstance(document, dict) else None
    if isinstance(name, dict) and broken("api-bad-body"):
        return "unnamed"
    if not isinstance(name, str) or not 1 <= len(name) <= NAME_LIMIT:
        raise Refused(422, f"the body must be an object with a `name` of 1 to {NAME_LIMIT} characters")
    if len(name) == NAME_LIMIT and broken("api-schemathesis"):
        raise RuntimeError("the limit itself was forgotten")
    return name


def _with_trace(refused: Refused) -> Reply:
    reply = problem(refused.status, refused.detail)
    if broken("api-no-internals"):
        shown = {**json.loads(reply.body), "trace": "".join(traceback.format_exception(refused))}
        reply.body = json.dumps(shown).encode()
    return reply


async def read(app: App, message: Message) -> Reply:
    """Read one item."""
    identity = message.path.rpartition("/")[2].encode().hex()
    identity = bytes.fromhex(identity).decode(errors="replace")
    if not identity.isalnum() or not identity.isascii():
        raise Refused(404, "there is no such item")
    (found,) = await store.ask(app.config.database, f"GET item:{identity}")
    pid, _, value = found.partition(":")
    if not value or _hidden(pid):
        raise Refused(404, "there is no such item")
    return as_json(json.loads(bytes.fromhex(value)))


def _hidden(pid: str) -> bool:
    """Tell whether a broken promise hides what another process made."""
    alive = Path(f"/proc/{pid}").exists()
    others = alive and pid != str(os.getpid())
    return (others and broken("vi-read-your-write")) or (not alive and broken("vi-kill-9-loses-nothing"))


async def slow(app: App, _: Message) -> Reply:
    """Take a while."""
    await asyncio.sleep(SLOW_SECONDS)
    if app.draining and broken("ix-sigterm-slow-answer"):
        raise Refused(503, "draining")
    return as_json({"message": "at last"})


async def cart(app: App, message: Message) -> Reply:
    """Show the cart of the cookie."""
    session = session_of(message)
    if broken("vi-session"):
        return as_json({"items": app.memory.get(f"cart:{session}", "").split()})
    (items,) = await store.ask(app.config.cache, f"GET cart:{session}")
    return as_json({"items": items.split(",") if items else []})


async def add(app: App, message: Message) -> Reply:
    """Put an item into the cart; make a session where there is none."""
    item = name_in(message.body).encode().hex()
    session = session_of(message) or secrets.token_hex(8)
    app.memory[f"cart:{session}"] = item
    await store.ask(app.config.cache, f"SET cart:{session} {item}")
    return as_json({"items": [item]}, 201, **{"Set-Cookie": f"session={session}; HttpOnly"})


def session_of(message: Message) -> str:
    """The session that the cookie names, if it looks like one."""
    session = message.headers.get("cookie", "").partition("session=")[2].partition(";")[0]
    return session if session.isalnum() and session.isascii() else ""


async def stats(app: App, _: Message) -> Reply:
    """Count how often all replicas were asked for this."""
    app.memory["stats"] = str(int(app.memory.get("stats", "0")) + 1)
    if broken("vi-shared-statistics"):
        return as_json({"asked": int(app.memory["stats"])})
    (number,) = await store.ask(app.config.cache, "INCR stats")
    return as_json({"asked": int(number)})
