"""Whatever ends a run, nothing of it is left: no process, no folder, no container."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .mutants import harness, project

SECONDS = 20.0


def processes_of(marker: str) -> list[str]:
    """Command lines of living processes that name the marker."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if marker in line:
                found.append(line)
    return found


def await_true(condition, what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)],
)
def test_a_signal_leaves_no_process_and_no_folder(number: signal.Signals, code: int, tmp_path: Path) -> None:
    project.write(tmp_path)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with harness.surroundings() as around:
        command = [
            sys.executable,
            "-m",
            "scaffold",
            "verify",
            str(tmp_path),
            "--runner",
            "host",
            "--only",
            "IX",
        ]
        command += [word for name, url in _urls(around) for word in ("--use", f"{name}={url}")]
        environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": "src"}
        quiet = subprocess.DEVNULL
        run = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)
        await_true(
            lambda: processes_of(str(project.REFERENCE)) and processes_of(str(temporary)), "it never began"
        )
        run.send_signal(number)
        assert run.wait(SECONDS) == code
        await_true(lambda: not processes_of(str(temporary)), "a process is left")
        await_true(lambda: not list(temporary.glob("scaffold-verify-*")), "a folder is left")


def _urls(around: harness.Surroundings) -> list[tuple[str, str]]:
    databases = [("database", database.url) for database in around.databases]
    return databases + [("cache", cache.url) for cache in around.caches]
