"""Runs checks side by side where they do not disturb each other, each within a limit."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from scaffold.verify import needs
from scaffold.verify.bench import Bench
from scaffold.verify.registry import Check, Failed, Late, NotApplicable, Skipped
from scaffold.verify.report import Result, Status
from scaffold.verify.site import Site

LIMIT_SECONDS = 120.0


@dataclass
class _Running:
    check: Check
    bench: Bench
    begun: float = field(default_factory=time.monotonic)

    def result(self, status: Status, evidence: Sequence[str]) -> Result:
        check = self.check
        seconds = time.monotonic() - self.begun
        return Result(
            check.id,
            check.factor,
            status,
            check.promise,
            tuple(evidence),
            check.fix,
            seconds,
            check.done,
            check.measures,
        )


class Schedule:
    """The checks of one run; `announce` hears of each result as it comes.

    What was too late is tried once more, alone, before it counts: the machine may have been busy.
    """

    def __init__(self, site: Site, lanes: int, announce: Callable[[Result], None]) -> None:
        self._site, self._lanes, self._announce = site, lanes, announce
        self._running: dict[str, _Running] = {}
        self._done: queue.Queue[tuple[_Running, Result, bool]] = queue.Queue()
        self._results: dict[str, Result] = {}
        self._late: dict[str, Result] = {}

    def run(self, checks: Sequence[Check]) -> list[Result]:
        """Run all of them; return the results in the same order."""
        self._drain([check for check in checks if not check.alone], self._lanes)
        self._drain([check for check in checks if check.alone], 1)
        while self._running:
            self._collect()
        self._site.forget_late()
        self._drain([check for check in checks if check.id in self._late], 1)
        return [self._results[check.id] for check in checks]

    def _drain(self, checks: Sequence[Check], lanes: int) -> None:
        """Run checks in so many lanes until none of them works any more; those that only wait may go on."""
        waiting = sorted(checks, key=lambda check: (not check.waits, not check.long))
        while waiting or self._busy():
            while (check := self._next(waiting, lanes)) is not None:
                waiting.remove(check)
                running = self._running[check.id] = _Running(check, Bench(self._site))
                threading.Thread(target=self._work, args=(running,), name=check.id, daemon=True).start()
            self._collect()

    def _busy(self) -> list[Check]:
        return [running.check for running in self._running.values() if not running.check.waits]

    def _next(self, waiting: Sequence[Check], lanes: int) -> Check | None:
        """Pick the first check that has a lane and, if it takes turns, whose turn it is."""
        busy = self._busy()
        taken = {check.turn for check in busy if check.turn}
        return next(
            (check for check in waiting if check.waits or (len(busy) < lanes and check.turn not in taken)),
            None,
        )

    def _work(self, running: _Running) -> None:
        result, late = judge(running.check, running.bench, running.result)
        running.bench.close()
        self._done.put((running, result, late))

    def _collect(self) -> None:
        """Wait for the next result, or for the end of a check's time."""
        soonest = min(running.begun for running in self._running.values()) + LIMIT_SECONDS
        try:
            self._finish(*self._done.get(timeout=max(soonest - time.monotonic(), 0.01)))
        except queue.Empty:
            for running in [
                item for item in self._running.values() if time.monotonic() - item.begun >= LIMIT_SECONDS
            ]:
                running.bench.close()
                over = running.result("fail", [f"it was not over after {LIMIT_SECONDS:g} s"])
                self._finish(running, over, late=True)

    def _finish(self, running: _Running, result: Result, late: bool) -> None:
        if self._running.get(result.id) is not running:  # its time was up before
            return
        del self._running[result.id]
        first = self._late.get(result.id)
        if late and first is None:
            self._late[result.id] = result
            return
        if first is not None:
            told = f"at first, after {first.seconds:.1f} s: {first.evidence[0]}; so it was tried again, alone"
            result = replace(result, evidence=(*result.evidence, told))
        self._results[result.id] = result
        self._announce(result)


def judge(
    check: Check, bench: Bench, result: Callable[[Status, Sequence[str]], Result]
) -> tuple[Result, bool]:
    """Run one check and put what it found into words; nothing passes without evidence.

    Returns:
        What it found, and whether that was a matter of time.
    """
    try:
        needs.require(check.needs, bench.site)
        evidence = check.function(bench)
    except Failed as outcome:
        return result("fail", outcome.evidence), isinstance(outcome, Late)
    except NotApplicable as outcome:
        return result("na", [str(outcome)]), False
    except Skipped as outcome:
        return result("skip", [str(outcome)]), False
    except Exception as error:
        return result("fail", [f"the check itself broke: {type(error).__name__}: {error}"]), False
    seen = [evidence] if isinstance(evidence, str) else list(evidence)
    return (result("pass", seen) if seen else result("fail", ["the check gave no evidence"])), False
