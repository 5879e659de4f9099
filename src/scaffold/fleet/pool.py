"""Processes that share the repositories of a fleet among them."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from scaffold import confined, signals
from scaffold.fleet.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scaffold.fleet.sources import Repository

COMMAND = (sys.executable, "-P", "-m", "scaffold.fleet.worker")
ENDING = 10.0
ENDED = "the process that worked on it ended before it was done"


@dataclass
class Pool:
    """`size` processes, each told `first`; each holds on to the open file `handle` while it lives."""

    size: int
    first: dict[str, Any]
    handle: int
    _processes: list[subprocess.Popen[str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ending: bool = False

    def findings(self, repositories: Sequence[Repository]) -> Iterator[Finding]:
        """A finding for each of `repositories`, in the order in which they are done."""
        waiting: queue.SimpleQueue[Repository] = queue.SimpleQueue()
        for repository in repositories:
            waiting.put(repository)
        done: queue.SimpleQueue[Finding] = queue.SimpleQueue()
        with self._started(min(self.size, len(repositories))) as processes:
            for process in processes:
                threading.Thread(target=self._feed, args=(process, waiting, done), daemon=True).start()
            for _ in repositories:
                yield done.get()

    @contextmanager
    def _started(self, count: int) -> Iterator[list[subprocess.Popen[str]]]:
        try:
            for _ in range(count):
                self._start()
            yield list(self._processes)
        finally:
            self._end()

    def _start(self) -> subprocess.Popen[str]:
        """A process in a session of its own: Ctrl-C does not reach it, and ssh has no terminal to ask on."""
        with self._lock:
            if self._ending:
                raise queue.Empty
            process = subprocess.Popen(
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
                pass_fds=[self.handle],
            )
            self._processes.append(process)
        with suppress(BrokenPipeError):
            self._say(process, self.first)
        return process

    def _feed(
        self,
        process: subprocess.Popen[str],
        waiting: queue.SimpleQueue[Repository],
        done: queue.SimpleQueue[Finding],
    ) -> None:
        with suppress(queue.Empty):
            while True:
                repository = waiting.get_nowait()
                finding = self._ask(process, repository)
                if finding is None:
                    finding = _ended(process, repository)
                    process = self._start()
                done.put(finding)

    def _ask(self, process: subprocess.Popen[str], repository: Repository) -> Finding | None:
        """What the process found; None if it ended instead."""
        try:
            self._say(process, asdict(repository))
        except BrokenPipeError:
            return None
        line = process.stdout.readline() if process.stdout else ""
        return from_facts(json.loads(line)) if line else None

    def _say(self, process: subprocess.Popen[str], value: object) -> None:
        if process.stdin:
            process.stdin.write(json.dumps(value) + "\n")
            process.stdin.flush()

    def _end(self) -> None:
        """End every process, whatever it is at; none is started any more."""
        with signals.held():
            with self._lock:
                self._ending = True
            for process in self._processes:
                process.terminate()
            for process in self._processes:
                try:
                    process.wait(ENDING)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _ended(process: subprocess.Popen[str], repository: Repository) -> Finding:
    """The finding for a repository over which its process ended."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDING)
    if process.returncode == -signal.SIGALRM:
        reason = confined.too_much()
        return Finding(repository.name, repository.shown, "refused", error=reason.message, hint=reason.hint)
    return Finding(repository.name, repository.shown, "refused", error=ENDED)


def from_facts(facts: dict[str, Any]) -> Finding:
    """A finding from what JSON holds of it."""
    several = {key: tuple(facts[key]) for key in ("conflicts", "kept_deleted", "notes")}
    return Finding(**{**facts, **several})
