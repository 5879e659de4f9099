"""HTTP/1.1 on asyncio streams: bounded, keep-alive, and closed when the drain begins."""

import asyncio
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from switch import broken

HEAD_SECONDS = 5.0
BODY_SECONDS = 10.0
BODY_LIMIT = 1 << 20


@dataclass
class Message:
    """A request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without the query, decoded."""
        return unquote(urlsplit(self.target).path)


@dataclass
class Reply:
    """An answer."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self, *, close: bool, bodiless: bool = False) -> bytes:
        """Return the bytes to send."""
        headers = {"Content-Type": self.kind, "Content-Length": str(len(self.body)), **self.headers}
        headers["Connection"] = "close" if close else "keep-alive"
        phrase = HTTPStatus(self.status).phrase
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self.status} {phrase}\r\n{head}\r\n".encode() + (b"" if bodiless else self.body)


class Refused(Exception):  # noqa: N818 - an answer
    """The request is answered with an error before it is read to its end."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


def problem(status: int, detail: str, **headers: str) -> Reply:
    """Write a problem document."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Reply(status, json.dumps(body).encode(), "application/problem+json", headers)


async def read_head(reader: asyncio.StreamReader) -> Message | None:
    """Read the first lines of a request; None at the end of the connection."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = raw.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return Message(method, target, {name.strip().lower(): value.strip() for name, value in pairs})


async def read_body(reader: asyncio.StreamReader, message: Message) -> bytes:
    """Read a body of known length or in chunks.

    Raises:
        Refused: it is larger than the limit, or comes too slowly.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            if message.headers.get("transfer-encoding", "").lower() == "chunked":
                return await _chunks(reader)
            length = int(message.headers.get("content-length", "0"))
            if length > BODY_LIMIT and broken("api-too-large"):
                await _swallow(reader, length)
            if length > BODY_LIMIT:
                raise Refused(413, "the body is larger than 1 MiB")
            return await reader.readexactly(length)
    except TimeoutError as error:
        raise Refused(408, "the body came too slowly") from error


async def _swallow(reader: asyncio.StreamReader, length: int) -> None:
    while length > 0 and (data := await reader.read(1 << 20)):
        length -= len(data)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
        if len(body) > BODY_LIMIT:
            raise Refused(413, "the body is larger than 1 MiB")
    await reader.readuntil(b"\r\n")
    return body
