import asyncio
from types import SimpleNamespace
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage

from python_full.adapters import Adapters, rabbitmq
from python_full.adapters.rabbitmq import RabbitMQ, Receive
from python_full.messages import Message
from python_full.worker import Consumer


class Channel:
    """A channel, its connection and its queue, as far as a subscription needs them."""

    def __init__(self) -> None:
        self.close_callbacks: set[Any] = set()
        self.on_consumer_cancel_callbacks: set[Any] = set()
        self.consumer: asyncio.Future[Receive] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> "Channel":
        return self

    async def __aexit__(self, *_error: object) -> None:
        return

    async def channel(self) -> "Channel":
        return self

    async def get_underlay_channel(self) -> "Channel":
        return self

    async def set_qos(self, _count: int) -> None:
        return

    async def consume(self, receive: Receive) -> str:
        if not self.consumer.done():
            self.consumer.set_result(receive)
        return "tag"

    async def cancel(self, _tag: str, **_options: object) -> None:
        return


@pytest.fixture
async def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    channel = Channel()

    async def connect(*_args: object, **_kwargs: object) -> Channel:
        return channel

    async def declare(_channel: object) -> tuple[Any, Any]:
        return None, channel

    async def declare_waiting(_channel: object, _names: object) -> list[Channel]:
        return [channel]

    monkeypatch.setattr(aio_pika, "connect", connect)
    monkeypatch.setattr(rabbitmq, "_declare", declare)
    monkeypatch.setattr(rabbitmq, "_declare_waiting", declare_waiting)
    return channel


async def receive(_incoming: AbstractIncomingMessage) -> None:
    """Nothing comes."""


@pytest.mark.parametrize("event", ["close_callbacks", "on_consumer_cancel_callbacks"])
async def test_a_subscription_is_lost_with_its_channel_or_its_consumer(
    channel: Channel, event: str
) -> None:
    async with RabbitMQ("amqp://test").subscription(receive) as subscription, asyncio.timeout(1):
        assert not subscription.lost.is_set()
        for callback in getattr(channel, event):
            callback(None)
        await subscription.lost.wait()


async def test_no_job_of_a_lost_subscription_is_waited_for(channel: Channel) -> None:
    async def hang(_adapters: Adapters, _message: Message) -> None:
        await asyncio.Event().wait()

    stopping = asyncio.Event()
    consumer = Consumer(Adapters([RabbitMQ("amqp://test")]), {"thing.done": hang}, stopping)
    incoming: Any = SimpleNamespace(
        body=b"{}", headers={}, exchange="", routing_key="thing.done", message_id="m-1"
    )
    async with asyncio.timeout(5):
        running = asyncio.ensure_future(consumer.run())
        job = asyncio.ensure_future((await channel.consumer)(incoming))
        await asyncio.sleep(0)
        stopping.set()
        for callback in channel.close_callbacks:
            callback()
        await running
    assert job.cancelled()
