"""Runs a template's hooks/ in a rendered project: lock files, formatting check, git.

A hook is a small script `NN-name.py` or `NN-name.sh` that takes the project's folder. It ends with 0, or says
on standard error why it did nothing; a `hint:` line tells what to do. The project is complete without it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from scaffold import signals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMIT_SECONDS = 300
GRACE_SECONDS = 5
TICK_SECONDS = 0.1


@dataclass(frozen=True)
class Skipped:
    """A hook that did not do its work, why, and what a person can do about it."""

    hook: str
    reason: str
    hint: str = ""


def found(root: Path) -> tuple[Path, ...]:
    """The hooks of the template at `root`, in order."""
    return tuple(sorted((root / "hooks").glob("[0-9][0-9]-*.*")))


def name(hook: Path) -> str:
    """What people call the hook: `git` for `30-git.sh`."""
    return hook.stem.split("-", 1)[1]


def run(hook: Path, project: Path, destination: Path, tick: Callable[[], None]) -> Skipped | None:
    """Run `hook` in `project`, which will stand at `destination`; None if it did its work.

    `tick` is called while it runs. Whatever ends this call ends the hook's processes too.
    """
    interpreter = sys.executable if hook.suffix == ".py" else "/bin/sh"
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = None
        try:
            with signals.deferred():
                process = subprocess.Popen(
                    [interpreter, str(hook), str(project)],
                    cwd=project,
                    env=_surroundings(destination),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            status = _wait(process, tick)
        except OSError as error:
            if process:
                raise
            return Skipped(name(hook), f"`{interpreter}` does not start: {error.strerror}")
        finally:
            if process:
                _end(process)
        return _told(name(hook), status, output) if status else None


def _wait(process: subprocess.Popen[bytes], tick: Callable[[], None]) -> int:
    """The exit code of `process`, SIGKILL if it takes too long."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        tick()
        with suppress(subprocess.TimeoutExpired):
            return process.wait(TICK_SECONDS)
    return signal.SIGKILL


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group of `process` if it still runs."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _told(hook: str, status: int, output: TextIO) -> Skipped:
    output.seek(0)
    lines = [line.strip() for line in output if line.strip()]
    hints = [line.removeprefix("hint: ") for line in lines if line.startswith("hint: ")]
    reasons = [line for line in lines if not line.startswith("hint: ")]
    return Skipped(hook, reasons[-1] if reasons else f"it ended with {status}", hints[-1] if hints else "")


def _surroundings(destination: Path) -> dict[str, str]:
    """The environment of a hook: tools that are installed beside the CLI come last on PATH."""
    beside = os.path.dirname(sys.executable)  # noqa: PTH120 a PATH entry is text
    path = os.pathsep.join(filter(None, (os.environ.get("PATH", os.defpath), beside)))
    return {**os.environ, "PATH": path, "SCAFFOLD_DESTINATION": str(destination)}
