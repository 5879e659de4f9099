"""Runs checks side by side where they do not disturb each other, each within a limit."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scaffold.verify import needs
from scaffold.verify.bench import Bench
from scaffold.verify.registry import Check, Failed, NotApplicable, Skipped
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
        return Result(check.id, check.factor, status, check.promise, tuple(evidence), check.fix, seconds)


class Schedule:
    """The checks of one run; `announce` hears of each result as it comes."""

    def __init__(self, site: Site, jobs: int, announce: Callable[[Result], None]) -> None:
        self._site, self._jobs, self._announce = site, jobs, announce
        self._running: dict[str, _Running] = {}
        self._done: queue.Queue[Result] = queue.Queue()
        self._results: dict[str, Result] = {}

    def run(self, checks: Sequence[Check]) -> list[Result]:
        """Run all of them; return the results in the same order."""
        self._drain([check for check in checks if not check.alone], self._jobs)
        self._drain([check for check in checks if check.alone], 1)
        return [self._results[check.id] for check in checks]

    def _drain(self, checks: list[Check], jobs: int) -> None:
        waiting = sorted(checks, key=lambda check: not check.waits)
        while waiting or self._running:
            busy = sum(not running.check.waits for running in self._running.values())
            while waiting and (waiting[0].waits or busy < jobs):
                check = waiting.pop(0)
                busy += not check.waits
                self._begin(check)
            self._collect()

    def _begin(self, check: Check) -> None:
        running = _Running(check, Bench(self._site))
        self._running[check.id] = running
        threading.Thread(target=self._work, args=(running,), name=check.id, daemon=True).start()

    def _work(self, running: _Running) -> None:
        result = judge(running.check, running.bench, running.result)
        running.bench.close()
        self._done.put(result)

    def _collect(self) -> None:
        soonest = min(running.begun for running in self._running.values()) + LIMIT_SECONDS
        try:
            self._finish(self._done.get(timeout=max(soonest - time.monotonic(), 0.01)))
        except queue.Empty:
            for running in [
                item for item in self._running.values() if time.monotonic() - item.begun >= LIMIT_SECONDS
            ]:
                running.bench.close()
                self._finish(running.result("fail", [f"it was not over after {LIMIT_SECONDS:g} s"]))

    def _finish(self, result: Result) -> None:
        if self._running.pop(result.id, None):
            self._results[result.id] = result
            self._announce(result)


def judge(check: Check, bench: Bench, result: Callable[[Status, Sequence[str]], Result]) -> Result:
    """Run one check and put what it found into words; nothing passes without evidence."""
    try:
        needs.require(check.needs, bench.site)
        evidence = check.function(bench)
    except Failed as outcome:
        return result("fail", outcome.evidence)
    except NotApplicable as outcome:
        return result("na", [str(outcome)])
    except Skipped as outcome:
        return result("skip", [str(outcome)])
    except Exception as error:
        return result("fail", [f"the check itself broke: {type(error).__name__}: {error}"])
    seen = [evidence] if isinstance(evidence, str) else list(evidence)
    return result("pass", seen) if seen else result("fail", ["the check gave no evidence"])
