"""A TCP proxy between a service and what it depends on, that breaks at a word and heals at once."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any

WAIT_SECONDS = 5.0
GARBAGE = b"\xff\x00 no answer that any protocol knows \xfe\r\n" * 8


class Loop:
    """An event loop in a thread of its own, for every proxy of a run."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine on the loop and wait for its end."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)

    def close(self) -> None:
        """End every connection and the loop."""
        self.do(_cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Proxy:
    """Listens on `port` and passes bytes to and from `target`, until told otherwise."""

    def __init__(self, loop: Loop, listen: str, port: int, target: tuple[str, int]) -> None:
        self.port = port
        self.connections = 0
        self._loop, self._listen, self._target = loop, listen, target
        self._server: asyncio.Server | None = None
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter | None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._delay = 0.0
        self._limit: int | None = None
        self._garbled = False
        loop.do(self._open())

    def heal(self) -> None:
        """Pass everything on again; held bytes too."""
        self._delay, self._limit, self._garbled = 0.0, None, False
        self._loop.do(self._open())

    def refuse(self) -> None:
        """Be down: open connections are reset, new ones refused."""
        self._loop.do(self._shut())

    def cut(self) -> None:
        """Reset every open connection; new ones are passed on."""
        self._loop.do(self._reset())

    def cut_after(self, size: int) -> None:
        """Be down as soon as the service has sent so many more bytes."""
        self._limit = size

    def hang(self) -> None:
        """Accept connections, hold every byte."""
        self._loop.do(self._hold())

    def garble(self) -> None:
        """Answer garbage in place of what the other side says."""
        self._garbled = True

    def delay(self, seconds: float) -> None:
        """Hold each piece of data, in both directions, for so long."""
        self._delay = seconds

    def close(self) -> None:
        """End the proxy with everything that it holds."""
        self._loop.do(self._end())

    async def _open(self) -> None:
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(
                self._accept, self._listen, self.port, reuse_address=True
            )

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._reset()

    async def _end(self) -> None:
        await self._shut()
        for task in self._tasks:
            task.cancel()

    async def _hold(self) -> None:
        self._flowing.clear()

    async def _reset(self) -> None:
        for pair in self._pairs:
            for writer in pair:
                if writer is not None:
                    _abort(writer)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if (task := asyncio.current_task()) is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        waiting = (writer, None)
        self._pairs.add(waiting)
        try:
            await self._flowing.wait()
            upstream = await asyncio.open_connection(*self._target)
        except (OSError, asyncio.CancelledError):
            _abort(writer)
            return
        finally:
            self._pairs.discard(waiting)
        pair = (writer, upstream[1])
        self._pairs.add(pair)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(
                    self._pump(reader, upstream[1], sent=True), self._pump(upstream[0], writer)
                )
        finally:
            self._pairs.discard(pair)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, sent: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self._delay:
                    await asyncio.sleep(self._delay)
                await self._flowing.wait()
                if sent and self._limit is not None:
                    self._limit -= len(data)
                    if self._limit < 0:
                        await self._shut()
                        return
                writer.write(GARBAGE if self._garbled and not sent else data)
                await writer.drain()
        writer.close()


def _abort(writer: asyncio.StreamWriter) -> None:
    """Close with a reset, as a crashed peer does."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
