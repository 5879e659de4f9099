import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from python_full import discovery, schedule
from python_full.adapters import Adapters, Unavailable


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the one job of this schedule has done."""
    done: list[str] = []

    async def job(_adapters: Adapters) -> None:
        done.append("ran")

    features = {"schedule": [SimpleNamespace(run=job)]}
    monkeypatch.setattr(discovery, "features", features.__getitem__)
    return done


def give_turn(monkeypatch: pytest.MonkeyPatch, ours: bool, error: Exception | None = None) -> None:
    @asynccontextmanager
    async def turn(
        _adapters: Adapters, _tick: int, _stopping: asyncio.Event
    ) -> AsyncIterator[bool]:
        if error:
            raise error
        yield ours

    monkeypatch.setattr(schedule, "turn", turn)


async def test_a_tick_runs_the_jobs(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    give_turn(monkeypatch, ours=True)
    await schedule.tick(Adapters([]), 1, asyncio.Event())
    assert ran == ["ran"]


async def test_a_tick_of_another_scheduler_is_left_to_it(
    ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    give_turn(monkeypatch, ours=False)
    await schedule.tick(Adapters([]), 1, asyncio.Event())
    assert ran == []


@pytest.mark.parametrize("error", [Unavailable("postgres"), ValueError("a bug")])
async def test_a_tick_that_fails_is_not_the_last(
    ran: list[str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    give_turn(monkeypatch, ours=True, error=error)
    await schedule.tick(Adapters([]), 1, asyncio.Event())
    give_turn(monkeypatch, ours=True)
    await schedule.tick(Adapters([]), 2, asyncio.Event())
    assert ran == ["ran"]


async def test_the_schedule_ends_when_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "PERIOD_SECONDS", 0.01)
    stopping, ticks = asyncio.Event(), 0

    async def tick(_adapters: Adapters, _number: int, stopping: asyncio.Event) -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 3:
            stopping.set()

    monkeypatch.setattr(schedule, "tick", tick)
    async with asyncio.timeout(5):
        await schedule.work(Adapters([]), stopping)
    assert ticks == 3
