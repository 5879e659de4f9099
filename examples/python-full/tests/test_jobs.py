import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from python_full import jobs, logging
from python_full.adapters import Adapters, Unavailable
from python_full.adapters.rabbitmq import TRIES, WAITING, RabbitMQ
from python_full.jobs import Handler, Job
from python_full.messages import Message


@dataclass
class Incoming:
    """A message that the broker has handed out."""

    body: bytes = b'{"n": 1}'
    headers: dict[str, Any] = field(default_factory=dict)
    exchange: str = "test"
    routing_key: str = "thing.done"
    message_id: str = "m-1"
    settled: list[str] = field(default_factory=list)

    async def ack(self) -> None:
        self.settled.append("ack")

    async def reject(self, requeue: bool) -> None:
        self.settled.append("reject" if requeue else "dead")

    async def nack(self, requeue: bool) -> None:
        self.settled.append("nack" if requeue else "dead")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LONGEST_PAUSE_SECONDS", 0)


async def run(
    incoming: Incoming,
    handler: Handler,
    stopping: bool = False,
    away: set[str] | None = None,
) -> list[str]:
    event = asyncio.Event()
    if stopping:
        event.set()
    handed_out: Any = incoming
    adapters = Adapters([RabbitMQ("amqp://test")])
    names = set() if away is None else away
    await Job(adapters, {"thing.done": handler}, handed_out, event, names).run()
    return incoming.settled


async def fail(_adapters: Adapters, _message: Message) -> None:
    raise ValueError("a bug")


async def lack(_adapters: Adapters, _message: Message) -> None:
    raise Unavailable("postgres")


async def test_what_is_done_is_acknowledged() -> None:
    seen: list[Message] = []

    async def handle(_adapters: Adapters, message: Message) -> None:
        seen.append(message)

    assert await run(Incoming(), handle) == ["ack"]
    assert [(message.id, message.body) for message in seen] == [("m-1", {"n": 1})]


async def test_what_fails_comes_again_and_at_last_is_a_dead_letter() -> None:
    assert await run(Incoming(), fail) == ["reject"]
    assert await run(Incoming(headers={"x-delivery-count": TRIES - 2}), fail) == ["reject"]
    assert await run(Incoming(headers={"x-delivery-count": TRIES - 1}), fail) == ["dead"]


async def test_what_nobody_handles_is_a_dead_letter() -> None:
    assert await run(Incoming(routing_key="other"), fail) == ["dead"]


async def test_what_lacks_a_backing_service_is_set_aside_and_the_next_one_untried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting: list[Message] = []

    async def set_aside(_self: RabbitMQ, message: Message) -> None:
        waiting.append(message)

    monkeypatch.setattr(RabbitMQ, "set_aside", set_aside)
    away: set[str] = set()
    headers = {"request_id": "r-1", "x-delivery-count": 1}
    assert await run(Incoming(headers=headers), lack, away=away) == ["ack"]
    assert await run(Incoming(message_id="m-2"), fail, away=away) == ["ack"]
    assert [message.id for message in waiting] == ["m-1", "m-2"]
    assert (waiting[0].body, waiting[0].origin) == ({"n": 1}, {"request_id": "r-1"})


async def test_what_cannot_be_set_aside_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async def set_aside(_self: RabbitMQ, _message: Message) -> None:
        raise Unavailable("rabbitmq")

    monkeypatch.setattr(RabbitMQ, "set_aside", set_aside)
    assert await run(Incoming(), lack) == ["nack"]


async def test_what_was_set_aside_waits_and_lets_the_next_ones_be_tried() -> None:
    outages = iter([True, True, False])
    away: set[str] = set()

    async def handle(_adapters: Adapters, _message: Message) -> None:
        if next(outages):
            raise Unavailable("postgres")

    assert await run(Incoming(exchange=WAITING), handle, away=away) == ["ack"]
    assert not away


async def test_a_long_outage_gives_the_message_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LONGEST_WAIT_SECONDS", 0.01)
    assert await run(Incoming(exchange=WAITING), lack) == ["nack"]


async def test_a_process_that_stops_gives_back_what_it_has_not_begun() -> None:
    assert await run(Incoming(), fail, stopping=True) == ["nack"]


async def test_its_lines_carry_the_request_and_the_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.configure()
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"request_id": "r-1", "traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    await run(Incoming(headers=headers), fail)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["message"] for line in lines] == ["A job failed", "Job"]
    assert all((line["request_id"], line["trace_id"]) == ("r-1", trace) for line in lines)
