import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from python_bare import protocol
from python_bare.protocol import BoundedProtocol

GET = b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def connected(app: ASGIApp) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    """A client of a server that does nothing but `app`, for as long as a test may take."""
    config = uvicorn.Config(app, lifespan="off", log_config=None)
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: BoundedProtocol(config, ServerState(), {}), "127.0.0.1", 0
    )
    async with server, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        yield reader, writer
        writer.close()


@pytest.mark.parametrize("reads", [True, False])
async def test_a_client_that_stops_reading_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    monkeypatch.setattr(protocol, "READ_SECONDS", 0.5)
    chunk, count = b"x" * 2**18, 64
    finished = asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-length", str(len(chunk) * count).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for left in reversed(range(count)):
            await send({"type": "http.response.body", "body": chunk, "more_body": left > 0})
        finished.set()

    async with connected(app) as (reader, writer):
        writer.write(GET)
        if not reads:
            await finished.wait()
        try:
            received = len(await reader.read())
        except ConnectionResetError:
            received = 0
    assert (received > len(chunk) * count) is reads


async def test_a_head_leaves_with_the_beginning_of_its_body() -> None:
    ready = asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await ready.wait()
        await send({"type": "http.response.body", "body": b"ok"})

    async with connected(app) as (reader, writer):
        writer.write(GET)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        ready.set()
        assert (await reader.read(1024)).endswith(b"\r\n\r\nok")


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
async def test_a_head_without_a_body_is_sent(method: bytes) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if method == b"HEAD":
            await send({"type": "http.response.body"})

    async with connected(app) as (reader, writer):
        writer.write(method + b" / HTTP/1.1\r\nHost: test\r\n\r\n")
        assert (await reader.read(1024)).startswith(b"HTTP/1.1 200 ")


async def test_a_client_that_waits_is_told_to_send_its_body() -> None:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async with connected(app) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: test\r\n")
        writer.write(b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        writer.write(b"ok")
        assert await reader.readuntil(b"ok")
