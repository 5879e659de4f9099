"""Runs a process: its application on the configured port, its work, and the signals that end both."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from . import adapters, telemetry
from .adapters import Adapters
from .config import Common, Config
from .health import Health
from .protocol import BoundedProtocol

CLOSING_SECONDS = 2
"""Part of the grace that is kept for closing the adapters."""
GARBAGE_OBJECTS = 20_000
"""New objects between two looks for garbage."""

CreateApp = Callable[[Config, Adapters, Health], FastAPI]
Work = Callable[[Adapters, asyncio.Event], Coroutine[Any, Any, None]]
"""What a process does until the event is set; what it has begun it finishes, or gives back when cancelled."""

log = structlog.stdlib.get_logger(__name__)


async def serve_only(_adapters: Adapters, stopping: asyncio.Event) -> None:
    """The work of a process that does nothing but answer."""
    await stopping.wait()


def run(config: Config, process: str, create_app: CreateApp, work: Work = serve_only) -> None:
    """Serves the application of `process` and does its work until SIGTERM or SIGINT; exits when the port is taken."""
    common = config[Common]
    try:
        listener = _listen(common.port)
    except OSError as error:
        log.error("Cannot listen", port=common.port, reason=error.strerror)
        sys.exit(1)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, listener:
        runner.run(_serve(config, process, create_app, work, listener))


def _listen(port: int) -> socket.socket:
    """A socket on all addresses, of both families where the host has both."""
    if socket.has_dualstack_ipv6():
        return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("", port))


async def _serve(
    config: Config, process: str, create_app: CreateApp, work: Work, listener: socket.socket
) -> None:
    common = config[Common]
    # What a start makes is no garbage, and to look through it would make the start longer.
    gc.disable()
    with telemetry.exported(config):
        async with adapters.opened(config) as opened, asyncio.TaskGroup() as tasks:
            health = Health(opened, process)
            server = Server(
                uvicorn.Config(
                    create_app(config, opened, health),
                    http=BoundedProtocol,
                    ws="none",
                    lifespan="off",
                    log_config=None,
                    access_log=False,
                    proxy_headers=False,
                    server_header=False,
                    timeout_graceful_shutdown=_drain_seconds(common),
                )
            )
            gc.freeze()
            gc.enable()
            # The default is so low that requests and spans on their way outlive many looks.
            gc.set_threshold(GARBAGE_OBJECTS)
            stopping = asyncio.Event()
            working = tasks.create_task(work(opened, stopping))
            Shutdown(stopping, working, health, common).watch()
            tasks.create_task(server.serve(sockets=[listener]))
            log.info("Listening", port=common.port, process=process)
            await asyncio.wait([working])
            server.should_exit = True
    log.info("Stopped")


def _drain_seconds(common: Common) -> int:
    """What is left of the grace for what has begun."""
    left = common.shutdown_grace_seconds - common.shutdown_delay_seconds
    return max(left - CLOSING_SECONDS, 1)


class Server(uvicorn.Server):
    """uvicorn without signal handlers of its own, which lets requests that it cuts off answer."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if tasks := set(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=CLOSING_SECONDS / 2)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@dataclass
class Shutdown:
    """Unready at the first signal, stopping after the delay, gone at the second signal or the end of the grace."""

    stopping: asyncio.Event
    working: asyncio.Task[None]
    health: Health
    common: Common

    def watch(self) -> None:
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._receive, signum)

    def _receive(self, signum: signal.Signals) -> None:
        if self.health.draining:
            self._abort(f"a second {signum.name}", 128 + signum)
        self.health.draining = True
        delay, grace = self.common.shutdown_delay_seconds, self.common.shutdown_grace_seconds
        log.info("Draining", signal=signum.name, delay_seconds=delay, grace_seconds=grace)
        loop = asyncio.get_running_loop()
        loop.call_later(delay, self._close)
        loop.call_later(grace, self._abort, "the grace is over", 1)

    def _close(self) -> None:
        self.stopping.set()
        asyncio.get_running_loop().call_later(_drain_seconds(self.common), self.working.cancel)

    def _abort(self, reason: str, code: int) -> None:
        log.error("Aborted", reason=reason)
        os._exit(code)
