"""The work of the process `worker`: jobs from the queue, and what features do in the background."""

import asyncio
import contextlib

import structlog
from aio_pika.abc import AbstractIncomingMessage

from . import discovery
from .adapters import Adapters, Unavailable
from .adapters.rabbitmq import FAILURES, RabbitMQ
from .jobs import Handler, Job, pause

log = structlog.stdlib.get_logger(__name__)


def handlers() -> dict[str, Handler]:
    """Handlers by the name of a message: each feature has its own in `HANDLERS` of a module `handlers`."""
    found: dict[str, Handler] = {}
    for feature in discovery.features("handlers"):
        found.update(feature.HANDLERS)
    return found


async def work(adapters: Adapters, stopping: asyncio.Event) -> None:
    """Works until `stopping` is set, through any outage of the broker."""
    async with asyncio.TaskGroup() as tasks:
        for feature in discovery.features("background"):
            tasks.create_task(feature.run(adapters, stopping))
        tasks.create_task(Consumer(adapters, handlers(), stopping).run())


class Consumer:
    """Takes messages from the queue, some at a time, and finishes those that it can settle."""

    def __init__(
        self, adapters: Adapters, handlers: dict[str, Handler], stopping: asyncio.Event
    ) -> None:
        self._adapters = adapters
        self._handlers = handlers
        self._stopping = stopping
        self._away: set[str] = set()
        self._jobs: set[asyncio.Task[object]] = set()

    async def run(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            try:
                await self._take()
                attempt = 0
            except Unavailable as error:
                log.warning("No messages come", reason=type(error.__cause__).__name__)
            await pause(self._stopping, attempt := attempt + 1)

    async def _take(self) -> None:
        """Works on messages until the process is to stop or the subscription is lost."""
        broker = self._adapters[RabbitMQ]
        async with broker.subscription(self._receive, self._handlers) as subscription:
            log.info("Waiting for messages", handlers=sorted(self._handlers))
            stopped = asyncio.ensure_future(self._stopping.wait())
            lost = asyncio.ensure_future(subscription.lost.wait())
            try:
                await asyncio.wait([stopped, lost], return_when=asyncio.FIRST_COMPLETED)
                with contextlib.suppress(*FAILURES):
                    await subscription.stop()
                # Jobs of a lost subscription come again, whether they are waited for or not.
                while self._jobs and not lost.done():
                    await asyncio.wait([lost, *self._jobs], return_when=asyncio.FIRST_COMPLETED)
            finally:
                # What is not acknowledged when the connection closes is handed out again.
                for task in (stopped, lost, *self._jobs):
                    task.cancel()

    async def _receive(self, incoming: AbstractIncomingMessage) -> None:
        task = asyncio.current_task()
        if task:
            self._jobs.add(task)
            task.add_done_callback(self._jobs.discard)
        await Job(self._adapters, self._handlers, incoming, self._stopping, self._away).run()
