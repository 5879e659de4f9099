"""Processes of one type that checks leave to each other."""

from contextlib import AbstractContextManager

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed
from scaffold.verify.service import Service


def running(bench: Bench, name: str, service: Service) -> Service:
    """Wait until a process is ready, or has lived for its budget where it serves no probes.

    Raises:
        Failed: it ended.
    """
    if name in bench.contract.http_processes:
        service.await_ready(bench.patience)
    elif (code := service.wait(bench.contract.ready_seconds)) is not None:
        raise Failed(f"{name} ended with {code}", service.log.tail())
    return service


class Crew:
    """Running processes of one type that share /tmp; what one check leaves of them the next one takes."""

    def __init__(self, bench: Bench, name: str) -> None:
        self._bench, self._name = bench, name
        self._temporary = bench.folder()
        self._running: list[Service] = []

    def start(self, port: int | None = None) -> Service:
        """Start one more and wait until it is well.

        Raises:
            Failed: it ended.
        """
        service = self._bench.start(self._name, until="started", port=port, temporary=self._temporary)
        self._running.append(running(self._bench, self._name, service))
        return service

    def pop(self) -> Service:
        """Take one that runs, started if there is none."""
        if not self._running:
            self.start()
        return self._running.pop()

    def grown(self, count: int) -> list[Service]:
        """Return so many that run, those started that were missing."""
        while len(self._running) < count:
            self.start()
        return self._running[:count]


def crew_of(name: str) -> str:
    """Name what the checks leave each other of a process type."""
    return f"crew of {name}"


def crew(bench: Bench, name: str) -> AbstractContextManager[Crew]:
    """Borrow the crew of a process type; for checks of the turn `workers`."""
    return bench.lent(crew_of(name), lambda lender: Crew(lender, name), lambda _: True)
