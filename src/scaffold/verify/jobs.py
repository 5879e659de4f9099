"""Work that one process type leaves to another."""

import time
from collections.abc import Mapping
from typing import Any

from scaffold.verify.bench import Bench
from scaffold.verify.checks.processes.replicas import located
from scaffold.verify.contract import Request
from scaffold.verify.registry import Failed, Late
from scaffold.verify.service import POLL_SECONDS, Service, pause

JOBS = 12
JOB_SECONDS = 10.0
ANSWER_SECONDS = 10.0


class Jobs:
    """Jobs that were left through the shared web process, by the paths that show them."""

    def __init__(self, bench: Bench, count: int = JOBS) -> None:
        self.web: Service = bench.shared
        self.request: Request = bench.contract.requests["job"]
        self.paths = [self._leave() for _ in range(count)]
        self._done: list[str] = []

    def _leave(self) -> str:
        answer = self.web.send(self.request, timeout=ANSWER_SECONDS)
        if answer.status != self.request.status:
            raise Failed(f"{self.request.method} {self.request.path}: {answer}")
        return located(self.request, answer)

    def done(self) -> list[str]:
        """Return the paths of the jobs that are done by now."""
        left = [path for path in self.paths if path not in self._done]
        self._done += [path for path in left if shows(self.web.get(path).json(), self.request.done)]
        return self._done

    def await_first(self, worker: Service) -> None:
        """Wait until any job is done, and come back at once.

        Raises:
            Late: none is in time.
        """
        begun = time.monotonic()
        while not any(shows(self.web.get(path).json(), self.request.done) for path in self.paths):
            if time.monotonic() - begun > worker.within(JOB_SECONDS):
                raise Late(f"none of {len(self.paths)} jobs done after {JOB_SECONDS:g} s")
            time.sleep(POLL_SECONDS)

    def await_done(self, worker: Service, count: int, what: str) -> float:
        """Wait until so many jobs are done by a worker, or by several; return how long it took.

        Raises:
            Late: they are not in time.
        """
        begun = time.monotonic()
        while len(done := self.done()) < count:
            if time.monotonic() - begun > worker.within(JOB_SECONDS):
                raise Late(f"{what}: {len(done)} of {len(self.paths)} jobs done after {JOB_SECONDS:g} s")
            pause(begun)
        return time.monotonic() - begun


def shows(document: Any, wanted: Mapping[str, Any]) -> bool:
    """Tell whether a document has the members that a job has when it is done."""
    return isinstance(document, dict) and all(document.get(name) == value for name, value in wanted.items())


def logged(workers: list[Service], request: Request, path: str) -> int:
    """Count the lines by which workers told that they did one job."""
    identity = path.rpartition("/")[2]
    return sum(
        record.get("message") == request.log and identity in map(str, record.values())
        for worker in workers
        for record in worker.log.records()
    )
