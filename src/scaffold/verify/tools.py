"""Runs the tools that a run needs: bounded, and gone when the run is."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.verify.processes import Guarded
from scaffold.verify.runners import CannotStart

QUICK_SECONDS = 30.0
OVER = "the run is over"


class _Gate:
    """Lets tools in while a run lasts, and knows those that are at work."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.open = True
        self.quick = 0
        self.long: set[Guarded] = set()


_gate = _Gate()


def resume() -> None:
    """Let tools in again: a run begins."""
    with _gate.changed:
        _gate.open = True


def stop() -> None:
    """Let no tool in any more, end those that take long, wait for those that take a moment.

    What they make is there when this returns, or a moment later; whoever cleans up then finds it.
    """
    with _gate.changed:
        _gate.open = False
        working = list(_gate.long)
    for instance in working:
        instance.close()
    with _gate.changed:
        _gate.changed.wait_for(lambda: not _gate.quick, QUICK_SECONDS)


@dataclass(frozen=True)
class Finished:
    """How a command ended; `code` is None when its time was up and it was killed."""

    code: int | None
    stdout: str
    stderr: str

    def last_words(self) -> str:
        """Return the end of what it said."""
        return (self.stderr.strip() or self.stdout.strip())[-400:]


def quick(*command: str, seconds: float = QUICK_SECONDS) -> Finished:
    """Run a command that takes a moment."""
    with _gate.changed:
        if not _gate.open:
            return Finished(None, "", OVER)
        _gate.quick += 1
    try:
        return _quick(command, seconds)
    finally:
        with _gate.changed:
            _gate.quick -= 1
            _gate.changed.notify_all()


def _quick(command: tuple[str, ...], seconds: float) -> Finished:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    except FileNotFoundError as error:
        return Finished(127, "", str(error))
    except subprocess.TimeoutExpired:
        return Finished(None, "", f"`{' '.join(command[:3])}` took more than {seconds:g} s")
    return Finished(done.returncode, done.stdout, done.stderr)


def long(
    command: tuple[str, ...],
    folder: Path,
    seconds: float,
    *,
    env: Mapping[str, str] | None = None,
    at_most: float = 0.0,
) -> Finished:
    """Run a command that may take minutes, below a guard: it dies with the run.

    On a busy machine it has more than `seconds`, in proportion to its wait for a core, but never more
    than `at_most`.
    """
    with tempfile.TemporaryDirectory(prefix="scaffold-tool-") as scratch:
        (Path(scratch) / "stdin").touch()
        try:
            instance = Guarded(command, dict(os.environ) | dict(env or {}), folder, Path(scratch), None)
        except CannotStart as error:
            return Finished(127, "", str(error))
        if not _entered(instance):
            return Finished(None, "", OVER)
        code = instance.wait(seconds)
        while code is None and instance.uptime() < min(seconds * instance.slowed(), at_most):
            code = instance.wait(1.0)
        instance.close()
        _gate.long.discard(instance)
        return Finished(code, *instance.output())


def _entered(instance: Guarded) -> bool:
    with _gate.changed:
        if _gate.open:
            _gate.long.add(instance)
            return True
    instance.close()
    return False
