import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from aio_pika.abc import AbstractIncomingMessage

from python_full import config
from python_full.adapters import rabbitmq
from python_full.messages import Message

pytestmark = pytest.mark.integration


@pytest.fixture
async def broker() -> AsyncIterator[rabbitmq.RabbitMQ]:
    opened = await rabbitmq.open(config.load(os.environ))
    yield opened
    await opened.close()


async def test_a_message_arrives_as_it_was_sent(broker: rabbitmq.RabbitMQ) -> None:
    sent = Message("tea.ready", {"cups": 2}, origin={"request_id": "r-1"})
    arrived: asyncio.Future[AbstractIncomingMessage] = asyncio.get_running_loop().create_future()

    async def receive(incoming: AbstractIncomingMessage) -> None:
        await incoming.ack()
        if incoming.message_id == sent.id:
            arrived.set_result(incoming)

    await broker.publish(sent)
    async with broker.subscription(receive), asyncio.timeout(10):
        incoming = await arrived
        await broker.ping()
    assert (incoming.routing_key, incoming.body) == ("tea.ready", b'{"cups": 2}')
    assert incoming.headers["request_id"] == "r-1"


async def test_what_is_not_acknowledged_is_handed_out_again(broker: rabbitmq.RabbitMQ) -> None:
    sent = Message("tea.spilled", {})
    tries: list[int] = []
    done = asyncio.Event()

    async def receive(incoming: AbstractIncomingMessage) -> None:
        if incoming.message_id != sent.id:
            await incoming.ack()
            return
        tries.append(int(str(incoming.headers.get("x-delivery-count", 0))))
        if len(tries) < 3:
            await incoming.reject(requeue=True)
        else:
            await incoming.ack()
            done.set()

    await broker.publish(sent)
    async with broker.subscription(receive), asyncio.timeout(10):
        await done.wait()
    assert tries == [0, 1, 2]
