"""Request bodies: bounded in size and in time while they stream in, whatever their headers say."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BYTES = 1024 * 1024
MAX_SECONDS = 30.0
LIMIT = "max_body_bytes"
"""What a route that reads its body as a stream sets in the scope to take another size."""


class BodyLimit:
    """Lets `app` read at most `MAX_BYTES`, or what its route allows, within `MAX_SECONDS`; else it answers 413 or 408."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        if b"content-length" in headers or b"transfer-encoding" in headers:
            receive = _LimitedBody(scope, receive, headers.get(b"content-length", b""))
        await self.app(scope, receive, send)


class _LimitedBody:
    def __init__(self, scope: Scope, receive: Receive, declared: bytes) -> None:
        self._scope = scope
        self._declared = int(declared) if declared.isdigit() else 0
        self._receive = receive
        self._received = 0
        self._complete = False
        self._deadline = asyncio.get_running_loop().time() + MAX_SECONDS

    async def __call__(self) -> Message:
        """The next part of the body; afterwards, as long as it takes, the client's disconnect."""
        limit = self._scope.get(LIMIT, MAX_BYTES)
        if self._declared > limit:
            raise HTTPException(413)
        try:
            async with asyncio.timeout_at(None if self._complete else self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        self._received += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._received > limit:
            raise HTTPException(413)
        return message
