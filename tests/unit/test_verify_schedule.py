"""The order of checks: lanes, turns, and a second try for what was late."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from scaffold.verify import schedule
from scaffold.verify.bench import Bench
from scaffold.verify.registry import Check, Failed, Late
from scaffold.verify.report import Result
from scaffold.verify.schedule import Schedule


class Yard:
    """A site that only counts how many checks are at work."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.working: list[str] = []
        self.together: set[frozenset[str]] = set()

    def forget_late(self) -> None:
        return

    def work(self, name: str, seconds: float = 0.05) -> Callable[[Bench], str]:
        def function(_: Bench) -> str:
            with self.lock:
                self.working.append(name)
                self.together.add(frozenset(self.working))
            time.sleep(seconds)
            with self.lock:
                self.working.remove(name)
            return "seen"

        return function


def made(name: str, function: Callable[[Bench], str], **how: object) -> Check:
    return Check(name, "I", "promise", "fix", function, **how)  # type: ignore[arg-type]


def run(yard: Yard, *checks: Check, lanes: int = 4) -> dict[str, Result]:
    results = Schedule(yard, lanes, lambda _: None).run(checks)  # type: ignore[arg-type]
    assert [result.id for result in results] == [check.id for check in checks]
    return {result.id: result for result in results}


def pairs(yard: Yard) -> set[frozenset[str]]:
    return {found for found in yard.together if len(found) > 1}


def test_no_more_checks_work_than_there_are_lanes() -> None:
    yard = Yard()
    run(yard, *(made(name, yard.work(name)) for name in "abcdef"), lanes=2)
    assert max(map(len, yard.together)) == 2


def test_checks_that_take_turns_never_meet_and_others_do() -> None:
    yard = Yard()
    run(yard, *(made(name, yard.work(name), turn="spare") for name in "ab"), made("c", yard.work("c", 0.2)))
    assert not any({"a", "b"} <= found for found in yard.together)
    assert pairs(yard)


def test_a_check_that_runs_alone_meets_only_those_that_wait() -> None:
    yard = Yard()
    sleeping = made("waits", yard.work("waits", 0.5), waits=True)
    run(yard, made("alone", yard.work("alone"), alone=True), made("a", yard.work("a")), sleeping)
    assert frozenset({"alone", "waits"}) in yard.together
    assert not any({"alone", "a"} <= found for found in yard.together)


def failing(outcomes: Sequence[Exception | None]) -> tuple[list[float], Callable[[Bench], str]]:
    tries: list[float] = []

    def function(_: Bench) -> str:
        tries.append(time.monotonic())
        outcome = outcomes[len(tries) - 1]
        if outcome is not None:
            raise outcome
        return "seen"

    return tries, function


def test_what_was_late_beside_others_is_tried_again_and_says_so() -> None:
    tries, function = failing([Late("after 5 s"), None])
    found = run(Yard(), made("a", function))["a"]
    assert (len(tries), found.status, found.evidence[0]) == (2, "pass", "seen")
    assert "after 5 s; so it was tried again, alone" in found.evidence[1]


@pytest.mark.parametrize("outcomes", [[Late("5 s"), Late("6 s")], [Late("5 s"), Failed("wrong")]])
def test_what_is_late_twice_or_fails_then_is_a_failure(outcomes: list[Exception]) -> None:
    tries, function = failing(outcomes)
    assert run(Yard(), made("a", function))["a"].status == "fail"
    assert len(tries) == 2


def test_what_is_wrong_and_not_late_is_never_tried_again() -> None:
    tries, function = failing([Failed("wrong"), None])
    assert run(Yard(), made("a", function))["a"].evidence == ("wrong",)
    assert len(tries) == 1


def test_what_is_not_over_in_time_is_tried_again_and_its_own_result_comes_too_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "LIMIT_SECONDS", 1.0)
    second, first_is_over = threading.Event(), threading.Event()
    tries: list[float] = []

    def function(_: Bench) -> str:
        tries.append(time.monotonic())
        if len(tries) == 1:
            second.wait(30)
            first_is_over.set()
            raise Failed("of the first try")
        second.set()
        first_is_over.wait(30)
        time.sleep(0.1)
        return "of the second try"

    found = run(Yard(), made("a", function))["a"]
    assert (len(tries), found.status, found.evidence[0]) == (2, "pass", "of the second try")
    assert "it was not over after 1 s" in found.evidence[1]
