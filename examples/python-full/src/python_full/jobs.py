"""One job: a message, the handler of its name, and what becomes of it."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import structlog
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars

from .adapters import Adapters, Unavailable
from .adapters.rabbitmq import TRIES, WAITING, RabbitMQ
from .messages import Message
from .telemetry import tracer

JOBS = Counter("jobs", "Messages worked on", ["name", "outcome"])
DURATION = Histogram("job_duration_seconds", "Time to work on a message", ["name"])
LONGEST_PAUSE_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 1500.0
"""For a backing service; RabbitMQ takes a message back by itself after half an hour."""

Handler = Callable[[Adapters, Message], Awaitable[None]]
"""Does the job; it may come again, so that the second time must change nothing."""
Outcome = Literal["done", "failed", "dead", "set aside", "given back"]

log = structlog.stdlib.get_logger(__name__)


async def pause(stopping: asyncio.Event, attempt: int) -> None:
    """Waits longer after each attempt, and not at all once the process is to stop."""
    longest = min(LONGEST_PAUSE_SECONDS, 0.25 * 2**attempt)
    try:
        async with asyncio.timeout(longest * random.uniform(0.5, 1)):  # noqa: S311 - not a secret
            await stopping.wait()
    except TimeoutError:
        return


@dataclass
class Job:
    """Works on one message that the broker has handed out."""

    adapters: Adapters
    handlers: Mapping[str, Handler]
    incoming: AbstractIncomingMessage
    stopping: asyncio.Event
    away: set[str]
    """Names of messages that lack a backing service; all jobs of the process share it."""
    outcome: Outcome = "given back"
    message: Message = field(init=False)

    async def run(self) -> None:
        """Acknowledges what is done; what fails comes again, and after some tries becomes a dead letter."""
        self.message = Message(
            self.incoming.routing_key or "",
            {},
            self.incoming.message_id or "",
            {
                name: str(value)
                for name, value in self.incoming.headers.items()
                if not name.startswith("x-")  # what the broker notes
            },
        )
        with self._observed():
            self.outcome = await self._work()
            try:
                await self._settle()
            except CONNECTION_EXCEPTIONS as error:
                log.warning("The broker hands the message out again", reason=type(error).__name__)

    @property
    def tries(self) -> int:
        return int(str(self.incoming.headers.get("x-delivery-count", 0))) + 1

    async def _work(self) -> Outcome:
        handler = self.handlers.get(self.message.name)
        if handler is None:
            log.error("No handler has this name")
            return "dead"
        if self.stopping.is_set():
            return "given back"
        try:
            body = json.loads(self.incoming.body)
            message = Message(self.message.name, body, self.message.id, self.message.origin)
            if self.incoming.exchange == WAITING:
                return await self._insist(handler, message)
            if message.name not in self.away and await self._succeeds(handler, message):
                return "done"
            return await self._set_aside(message)
        except Exception:
            log.exception("A job failed", tries=self.tries)
            if self.tries >= TRIES:
                return "dead"
            await pause(self.stopping, self.tries)
            return "failed"

    async def _insist(self, handler: Handler, message: Message) -> Outcome:
        """Tries again while a backing service is away, for some minutes: that is no fault of the message."""
        attempt, deadline = 0, time.monotonic() + LONGEST_WAIT_SECONDS
        while not self.stopping.is_set() and time.monotonic() < deadline:
            if await self._succeeds(handler, message):
                return "done"
            await pause(self.stopping, attempt := attempt + 1)
        return "given back"

    async def _succeeds(self, handler: Handler, message: Message) -> bool:
        """Whether the job is done; if not, a backing service is away."""
        try:
            await handler(self.adapters, message)
        except Unavailable as error:
            log.warning("A job waits", reason=str(error))
            self.away.add(message.name)
            return False
        self.away.discard(message.name)
        return True

    async def _set_aside(self, message: Message) -> Outcome:
        """Moves the message to a queue where it waits, so that it keeps none of other names from the worker."""
        try:
            await self.adapters[RabbitMQ].set_aside(message)
        except Unavailable:
            return "given back"
        return "set aside"

    async def _settle(self) -> None:
        match self.outcome:
            case "done" | "set aside":
                await self.incoming.ack()
            case "given back":
                # Unlike a rejection, this is not counted as a try (since RabbitMQ 4.3).
                await self.incoming.nack(requeue=True)
            case outcome:
                await self.incoming.reject(requeue=outcome == "failed")

    @contextmanager
    def _observed(self) -> Iterator[None]:
        """Log lines, a span and metrics, as the web process has them for a request."""
        message, started = self.message, time.perf_counter()
        clear_contextvars()
        bind_contextvars(message_id=message.id, job=message.name)
        if request_id := message.origin.get("request_id"):
            bind_contextvars(request_id=request_id)
        with tracer.start_as_current_span(
            f"process {message.name}", message.trace, SpanKind.CONSUMER
        ) as span:
            if span.get_span_context().is_valid:
                bind_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}")
            try:
                yield
            finally:
                name = message.name if message.name in self.handlers else "unknown"
                seconds = time.perf_counter() - started
                JOBS.labels(name, self.outcome).inc()
                DURATION.labels(name).observe(seconds)
                log.info("Job", outcome=self.outcome, duration_ms=round(seconds * 1000, 3))
