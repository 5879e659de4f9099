"""RabbitMQ by aio-pika: messages are published with confirms, and taken from a quorum queue."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aio_pika
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
    AbstractQueue,
)
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from opentelemetry.trace import SpanKind

from ..about import NAME
from ..config import Config
from ..config.rabbitmq import Settings
from ..messages import TRACE_CONTEXT, Message
from ..telemetry import tracer
from . import Readiness, Unavailable

CONNECT_SECONDS = 5.0
CALL_SECONDS = 3.0
PING_SECONDS = 1.5
HEARTBEAT_SECONDS = 10
PREFETCH = 10
WAITING_PREFETCH = 2
TRIES = 5
"""How often a message is handed out before it goes to the dead-letter queue."""

QUEUE = NAME
DEAD_LETTERS = f"{NAME}.dead"
WAITING = f"{NAME}.waiting"
"""Where messages wait for a backing service, each name in a queue of its own."""
FAILURES = (*CONNECTION_EXCEPTIONS, TimeoutError)

Receive = Callable[[AbstractIncomingMessage], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    lost: asyncio.Event
    """Is set when the connection has gone, or the broker sends no more messages over it."""
    stop: Callable[[], Awaitable[object]]
    """Lets no more messages come; those that came can still be acknowledged."""


class RabbitMQ:
    """Connections to the broker, opened when they are needed and replaced when they break."""

    name = "rabbitmq"
    readiness: Mapping[str, Readiness] = {
        "web": "reported",
        "worker": "required",
        "scheduler": "required",
    }

    def __init__(self, url: str) -> None:
        self._url = f"{url}{'&' if '?' in url else '?'}heartbeat={HEARTBEAT_SECONDS}"
        self._opening = asyncio.Lock()
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._subscribed: bool | None = None

    async def publish(self, message: Message) -> None:
        """Returns once the broker keeps the message; raises `Unavailable` when it may not."""
        await self._publish(message, NAME)

    async def set_aside(self, message: Message) -> None:
        """As `publish`, into the queue where messages of its name wait."""
        await self._publish(message, WAITING)

    async def _publish(self, message: Message, to: str) -> None:
        attributes = {"messaging.system": "rabbitmq", "messaging.message.id": message.id}
        with tracer.start_as_current_span(
            f"publish {message.name}", message.trace, SpanKind.PRODUCER, attributes
        ):
            async with self._call(CALL_SECONDS) as channel:
                exchange = await channel.get_exchange(to, ensure=False)
                await exchange.publish(_packed(message), message.name)

    @asynccontextmanager
    async def subscription(
        self, receive: Receive, names: Iterable[str] = ()
    ) -> AsyncIterator[Subscription]:
        """Hands messages to `receive`, few at a time, and those of `names` that were set aside."""
        self._subscribed = False
        lost = asyncio.Event()
        try:
            async with await self._connect() as connection:
                async with asyncio.timeout(CALL_SECONDS):
                    channel = await connection.channel()
                    channel.close_callbacks.add(lambda *_: lost.set())
                    # The broker may cancel a consumer and leave its channel open.
                    underlay = await channel.get_underlay_channel()
                    underlay.on_consumer_cancel_callbacks.add(lambda _: lost.set())
                    await channel.set_qos(PREFETCH)
                    _, queue = await _declare(channel)
                    tags = [(queue, await queue.consume(receive))]
                    await channel.set_qos(WAITING_PREFETCH)  # of each consumer from here on
                    waiting = await _declare_waiting(channel, names)
                    tags += [(queue, await queue.consume(receive)) for queue in waiting]

                async def stop() -> None:
                    for queue, tag in tags:
                        await queue.cancel(tag, timeout=CALL_SECONDS)

                self._subscribed = True
                yield Subscription(lost, stop)
        except FAILURES as error:
            raise Unavailable(self.name) from error
        finally:
            self._subscribed = False

    async def ping(self) -> None:
        """A process that takes messages is only well while it gets them."""
        async with self._call(PING_SECONDS) as channel:
            await channel.get_exchange(NAME)
        if self._subscribed is False:
            raise Unavailable(self.name)

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with contextlib.suppress(*FAILURES):
                async with asyncio.timeout(PING_SECONDS):
                    await connection.close()

    @asynccontextmanager
    async def _call(self, seconds: float) -> AsyncIterator[AbstractChannel]:
        """A channel with confirms, for `seconds` at most; after a failure the next call gets a new one."""
        try:
            async with asyncio.timeout(seconds):
                yield await self._open()
        except FAILURES as error:
            await self.close()
            raise Unavailable(self.name) from error

    async def _open(self) -> AbstractChannel:
        async with self._opening:
            if self._connection is None or self._channel is None or self._channel.is_closed:
                await self.close()
                self._connection = await self._connect()
                self._channel = await self._connection.channel(on_return_raises=True)
                await _declare(self._channel)
            return self._channel

    async def _connect(self) -> AbstractConnection:
        return await aio_pika.connect(
            self._url, timeout=CONNECT_SECONDS, client_properties={"connection_name": NAME}
        )


async def _declare(channel: AbstractChannel) -> tuple[AbstractExchange, AbstractQueue]:
    """What this service needs in the broker; it is there already, but for the very first time."""
    exchange = await channel.declare_exchange(NAME, aio_pika.ExchangeType.TOPIC, durable=True)
    # By an exchange, so that a dead letter keeps its name and can be sent again.
    dead = await channel.declare_exchange(DEAD_LETTERS, aio_pika.ExchangeType.FANOUT, durable=True)
    kept = await channel.declare_queue(
        DEAD_LETTERS, durable=True, arguments={"x-queue-type": "quorum"}
    )
    await kept.bind(dead)
    queue = await _declare_queue(channel, QUEUE)
    await queue.bind(exchange, "#")
    return exchange, queue


async def _declare_waiting(channel: AbstractChannel, names: Iterable[str]) -> list[AbstractQueue]:
    """The queues where messages of these names wait."""
    queues = []
    exchange = await channel.declare_exchange(WAITING, aio_pika.ExchangeType.DIRECT, durable=True)
    for name in names:
        queue = await _declare_queue(channel, f"{WAITING}.{name}")
        await queue.bind(exchange, name)
        queues.append(queue)
    return queues


async def _declare_queue(channel: AbstractChannel, name: str) -> AbstractQueue:
    """A queue that a worker takes messages from."""
    return await channel.declare_queue(
        name,
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": TRIES - 1,
            "x-dead-letter-exchange": DEAD_LETTERS,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def _packed(message: Message) -> aio_pika.Message:
    """The message as it travels; what is done with it belongs to the present span."""
    headers = dict(message.origin)
    TRACE_CONTEXT.inject(headers)
    return aio_pika.Message(
        json.dumps(message.body).encode(),
        headers=dict(headers),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=message.id,
        app_id=NAME,
    )


async def open(config: Config) -> RabbitMQ:
    return RabbitMQ(str(config[Settings].amqp_url))
