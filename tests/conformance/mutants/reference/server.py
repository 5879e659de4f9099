"""Sockets and signals: listen, drain, end."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import log
from app import App
from http11 import HEAD_SECONDS, Message, problem, read_body, read_head
from switch import broken

LINGER_BYTES = 1 << 20


class Server:
    """Serves an App until a signal ends it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stop = asyncio.Event()
        self._idle: set[asyncio.StreamWriter] = set()
        self._busy: set[asyncio.Task[None]] = set()
        self._closing = False
        self._places = asyncio.Semaphore(15 if broken("viii-slow-clients") else 10_000)

    async def serve(self, work: Callable[[App], Awaitable[None]] | None) -> int:
        """Listen, and work, until SIGTERM, then drain; return the exit code."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_inner_error)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)
        host = "127.0.0.1" if broken("vii-all-interfaces") else "0.0.0.0"  # noqa: S104
        listener = await asyncio.start_server(self._connection, host, self._app.config.port)
        log.started(self._app.config.port)
        working = asyncio.ensure_future(work(self._app)) if work else None
        await self._stop.wait()
        await self._drain(listener)
        if working is not None:
            await working
        log.write("info", "stopped")
        return 1 if self._ends_badly(work is not None) else 0

    def _ends_badly(self, works: bool) -> bool:
        if works:
            return broken("ix-process-types-end") and "drained" not in self._app.memory
        return broken("ix-sigterm-idle") and self._app.only_probed()

    def _signalled(self) -> None:
        if self._app.draining and not broken("ix-second-sigterm"):
            log.write("warning", "stopped by a second signal")
            if broken("xi-hard-end"):
                log.stray("Terminated")
            os._exit(128 + signal.SIGTERM)  # as PID 1 it would not die of a signal
        self._app.draining = True
        self._stop.set()

    async def _drain(self, listener: asyncio.Server) -> None:
        log.write("info", "draining")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._app.config.grace
        await asyncio.sleep(self._app.config.delay)
        if not broken("ix-no-new-connections"):
            listener.close()
            self._closing = True
        for writer in () if broken("ix-keep-alive") else self._idle:
            writer.close()
        if broken("ix-keep-alive"):
            await asyncio.sleep(30 if self._idle else 0)
        busy = {
            task for task in self._busy if task.get_name() != "/items" or not broken("ix-sigterm-in-flight")
        }
        if busy:
            limit = None if broken("ix-grace-limit") else max(deadline - loop.time(), 0)
            await asyncio.wait(busy, timeout=limit)
        if broken("ix-grace-limit") and loop.time() > deadline:
            await asyncio.sleep(60)
        await self._app.tracer.flush()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            await self._places.acquire()
            while not self._closing and (message := await self._head(reader, writer)):
                task = asyncio.create_task(self._exchange(reader, writer, message), name=message.path)
                self._busy.add(task)
                task.add_done_callback(self._busy.discard)
                await task
                if message.headers.get("connection", "").lower() == "close":
                    break
        self._places.release()
        writer.close()

    async def _head(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Message | None:
        self._idle.add(writer)
        try:
            async with asyncio.timeout(None if broken("api-slow-client") else HEAD_SECONDS):
                return await read_head(reader)
        except TimeoutError:
            writer.write(problem(408, "the request came too slowly").encoded(close=True))
            return None
        finally:
            self._idle.discard(writer)

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: Message
    ) -> None:
        reply = await self._app.answer(message, lambda: read_body(reader, message))
        if self._app.draining and message.path == "/files" and broken("ix-sigterm-upload"):
            reply = problem(503, "draining")
        unread = reply.status in (404, 405, 408, 413)
        asked = message.headers.get("connection", "").lower() == "close"
        close = self._closing or asked or unread
        writer.write(reply.encoded(close=close, bodiless=message.method == "HEAD"))
        await writer.drain()
        if unread:
            message.headers["connection"] = "close"
            await _discard(reader)


def _inner_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say what went wrong beside every request."""
    if broken("xi-out-of-descriptors"):
        loop.default_exception_handler(context)
    else:
        log.write("error", str(context.get("message")), error=repr(context.get("exception")))


async def _discard(reader: asyncio.StreamReader) -> None:
    """Read a little of what was not wanted, so that the answer is not lost in a reset."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            left = LINGER_BYTES
            while left > 0 and (data := await reader.read(65536)):
                left -= len(data)
