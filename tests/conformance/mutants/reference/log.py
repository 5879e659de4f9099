"""One JSON object a line on stdout."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from config import LEVELS
from switch import broken

NAME, VERSION = "reference", "1.0.0"

threshold = "info"


def write(level: str, message: str, **fields: object) -> None:
    """Write one line, at once."""
    if LEVELS.index(level) < LEVELS.index(threshold):
        return
    age = timedelta(minutes=1 if broken("xi-time-order") and message == "request" else 0)
    record = {
        "timestamp": (datetime.now(UTC) - age).isoformat().replace("+00:00", "Z"),
        "level": level,
        "message": message,
        "service": NAME,
        "version": VERSION,
        **fields,
    }
    if broken("xi-json-lines") and fields.get("status") == HTTPStatus.NOT_FOUND:
        del record["version"]
    os.write(1, f"{json.dumps(record)}\n".encode())


def stray(text: str) -> None:
    """Write what no log line is; only a broken promise does that."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def secret(url: str) -> None:
    """Write a URL whole; only a broken promise does that."""
    if broken("sec-no-secret-in-log"):
        write("debug", "connecting", database=url)


def started(port: int) -> None:
    """Say that the service listens."""
    write("info", "listening", port=port)
