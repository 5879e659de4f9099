import asyncio

import pytest
from fakes import FakeAdapter, OtherFakeAdapter

from python_gitlab import health
from python_gitlab.adapters import Adapters


async def test_an_outage_of_what_is_required_makes_unready() -> None:
    state = health.Health(Adapters([FakeAdapter("db", down=True)]), "web")
    assert await state.report() == health.Report(ready=False, checks={"db": "down"})


async def test_an_outage_of_what_is_reported_degrades() -> None:
    state = health.Health(Adapters([FakeAdapter("cache", "reported", down=True)]), "web")
    assert await state.report() == health.Report(ready=True, checks={"cache": "degraded"})


async def test_a_service_that_never_answers_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PING_SECONDS", 0.01)
    state = health.Health(Adapters([FakeAdapter("db", seconds=60)]), "web")
    assert await state.report() == health.Report(ready=False, checks={"db": "down"})


async def test_a_service_that_comes_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH_SECONDS", 0)
    adapter = FakeAdapter("db", down=True)
    state = health.Health(Adapters([adapter]), "web")
    assert not (await state.report()).ready
    adapter.down = False
    assert (await state.report()).ready


async def test_pings_run_side_by_side_and_once_for_many_questions() -> None:
    first, second = FakeAdapter("a", seconds=0.2), OtherFakeAdapter("b", seconds=0.2)
    state = health.Health(Adapters([first, second]), "web")
    async with asyncio.timeout(0.35):
        await asyncio.gather(*(state.report() for _ in range(10)))
    assert (first.pings, second.pings) == (1, 1)


async def test_a_draining_process_is_unready() -> None:
    state = health.Health(Adapters([]), "web", draining=True)
    assert not (await state.report()).ready
