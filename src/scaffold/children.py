"""Programs that scaffold runs: none outlives the call that started it."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from scaffold import signals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

GRACE_SECONDS = 2.0


def run(
    command: Sequence[str],
    *,
    cwd: Path | None,
    environment: Mapping[str, str],
    given: bytes = b"",
    seconds: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run `command` with `given` as its input to its end; TimeoutExpired after `seconds`, OSError without it.

    Whatever ends this call ends the command first: `subprocess.run` loses sight of a child if a signal
    comes while it is being started.
    """
    process = None
    try:
        with signals.deferred():
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        output, complaint = process.communicate(given, timeout=seconds)
    except BaseException:
        if process:
            with process:
                _end(process)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, complaint)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask `process` to end, so that it can tidy up, and end it by force if it has not within 2 s."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)
    process.kill()
    process.wait()
