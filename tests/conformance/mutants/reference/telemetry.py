"""Spans to an OTLP collector, as JSON over HTTP; a dead one is never waited for."""

import asyncio
import json
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from switch import broken

TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
SEND_SECONDS = 1.0


@dataclass
class Tracer:
    """Makes one span for each request."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self, traceparent: str) -> str:
        """Return the trace that a request belongs to."""
        found = TRACEPARENT.fullmatch(traceparent)
        return found[1] if found else secrets.token_hex(16)

    def end(self, collector: str, name: str, trace: str) -> None:
        """Send the span in the background."""
        if collector and broken("ops-spans"):
            trace = secrets.token_hex(16)
        if collector:
            task = asyncio.create_task(_send(collector, name, trace))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def settle(self) -> None:
        """Wait for the collector before going on; only a broken promise does that."""
        while self.tasks and broken("ops-dead-collector"):
            await asyncio.wait(self.tasks)
            await asyncio.sleep(1.5)

    async def flush(self) -> None:
        """Wait a moment for spans that are still under way."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=SEND_SECONDS)


async def _send(collector: str, name: str, trace: str) -> None:
    span = {"traceId": trace, "spanId": secrets.token_hex(8), "name": name, "kind": 2}
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    parts = urlsplit(collector)
    try:
        async with asyncio.timeout(SEND_SECONDS):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            head = f"POST /v1/traces HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            await reader.read(1024)
            writer.close()
    except (OSError, TimeoutError):
        return
