"""What a run over a fleet has done so far, in the platform's state directory, for the run after a kill.

A file of JSON lines stands for one command: the same sources and options. It is there only while the command
runs, or after it was interrupted.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.fleet import mirror
from scaffold.fleet.pool import from_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

    from scaffold.fleet.finding import Finding, Order

PATIENCE = 30.0
PAUSE = 0.1


@dataclass(frozen=True)
class State:
    """The open file of a command, and where its processes may put things."""

    path: Path
    file: TextIO
    folder: Path

    def done(self) -> list[Finding]:
        """What an interrupted run has done; one that was cut while it was written is not done."""
        self.file.seek(0)
        found = []
        for line in self.file:
            if not line.endswith("\n"):
                break
            found.append(from_facts(json.loads(line)))
        return found

    def restart(self, kept: Sequence[Finding]) -> None:
        """Forget all but `kept`."""
        self.file.seek(0)
        self.file.truncate()
        for finding in kept:
            self.add(finding)

    def add(self, finding: Finding) -> None:
        """Note one repository as done."""
        self.file.write(json.dumps(finding.facts(), default=str) + "\n")
        self.file.flush()

    def finish(self) -> None:
        """The command is done with every repository; the next one like it begins anew."""
        self.path.unlink(missing_ok=True)


def name(sources: Sequence[Path], order: Order, part: str) -> str:
    """The same for the same sources and options."""
    return mirror.key(*(str(source.resolve()) for source in sources), json.dumps(asdict(order)), part)


@contextmanager
def opened(name: str) -> Iterator[State]:
    """The state of the command `name`; exit 3 if another run of it does not end soon.

    Processes of a killed run hold on to the file until the last of them is gone.
    """
    import platformdirs  # noqa: PLC0415 slow

    folder = platformdirs.user_state_path("scaffold", appauthor=False) / "fleet"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.jsonl"
    with os.fdopen(_locked(path), "r+", encoding="utf-8") as file:
        yield State(path, file, mirror.cache() / "runs" / name)


def _locked(path: Path) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            time.sleep(PAUSE)
            continue
        if path.exists() and os.fstat(handle).st_ino == path.stat().st_ino:
            return handle
        os.close(handle)
    raise ScaffoldError(
        "another run of this command is at work", hint="wait for its end", code=ExitCode.CONFLICT
    )
