"""Runs the tools that a run needs: bounded, and gone when the run is."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.verify.processes import Guarded
from scaffold.verify.runners import CannotStart

QUICK_SECONDS = 30.0


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
        code = instance.wait(seconds)
        while code is None and instance.uptime() < min(seconds * instance.slowed(), at_most):
            code = instance.wait(1.0)
        instance.close()
        return Finished(code, *instance.output())
