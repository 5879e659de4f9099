"""HTTP/1.1 with bounds that uvicorn does not set: how long a client may take, how large a head is."""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
MESSAGE_SECONDS = 35.0
"""Above the time that the application gives a body, so that it has the first word."""
LINGER_SECONDS = 5.0
"""For a body that nobody reads any more: a connection closed too early loses the answer."""
READ_SECONDS = 60.0
"""For a client to take enough of an answer that more of it can be sent."""
MAX_HEAD_BYTES = 64 * 1024


class WholeResponse(asyncio.Transport):
    """What a response is written to: its head leaves with the beginning of its body, in one segment."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._head: bytes | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._head is None:
            self._head = bytes(data)
        else:
            self._transport.write(self._head + data)
            self._head = b""

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        if self._head:
            self._transport.write(self._head)
        self._transport.close()


class BoundedProtocol(HttpToolsProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = True
        self._in_body = False

    # uvicorn narrows the parameter as well: a server's connections are full transports.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._give(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._give(None)
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._head_bytes = self._head_bytes + len(data) if self._in_head else 0
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._give(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        self._in_head, self._in_body = False, True
        self._give(MESSAGE_SECONDS)
        super().on_headers_complete()
        # An answer to HEAD has no body to wait for, and "100 Continue" comes before a head.
        if self.scope["method"] != "HEAD" and not self.expect_100_continue:
            self.cycle.transport = WholeResponse(self.transport)

    def on_message_complete(self) -> None:
        self._in_body = False
        self._give(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_body:
            self._give(LINGER_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop_waiting()
        super().resume_writing()

    def _stop_waiting(self) -> None:
        if self._unread:
            self._unread.cancel()

    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _give(self, seconds: float | None) -> None:
        """Closes the connection after `seconds`, unless it is given other terms before."""
        if self._deadline:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._expire) if seconds else None

    def _expire(self) -> None:
        if self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus, detail: str | None = None) -> None:
        """Answers what never became a request, and closes the connection."""
        problem = {"type": "about:blank", "title": status.phrase, "status": status.value}
        body = json.dumps(problem | ({"detail": detail} if detail else {})).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            "content-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
