import asyncio

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from python_bare import protocol
from python_bare.protocol import BoundedProtocol


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

    config = uvicorn.Config(app, lifespan="off", log_config=None)
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: BoundedProtocol(config, ServerState(), {}), "127.0.0.1", 0
    )
    async with server, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        if not reads:
            await finished.wait()
        try:
            received = len(await reader.read())
        except ConnectionResetError:
            received = 0
        writer.close()
    assert (received > len(chunk) * count) is reads
