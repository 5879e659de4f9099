"""One command of this host below a guard that lets nothing of it survive."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from scaffold.verify import guard
from scaffold.verify.runners import CannotStart

READ_BYTES = 8 << 20
"""As much of an output is looked at; a whole life of a service under test writes a hundredth."""


def beginning(file: Path) -> str:
    """Read the beginning of an output."""
    with file.open("rb") as stream:
        return stream.read(READ_BYTES).decode(errors="replace")


class Guarded:
    """A command below its guard."""

    host = "127.0.0.1"

    def __init__(
        self, command: tuple[str, ...], env: dict[str, str], root: Path, folder: Path, port: int | None
    ) -> None:
        self.port = port
        self._files = (folder / "stdout", folder / "stderr")
        for file in self._files:
            file.touch()
        arguments = [guard.__file__, str(folder / "stdin"), *map(str, self._files), str(root), *command]
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            start_new_session=True,
        )
        word, _, rest = self._event().partition(" ")
        self.started = time.monotonic()
        if word != "started":
            self.close()
            raise CannotStart(rest)
        self.pid = int(rest)
        self._code: int | None = None
        self._lived = 0.0
        self._leftovers: list[str] = []
        self._ended = threading.Event()
        threading.Thread(target=self._await_end, daemon=True).start()

    def _event(self) -> str:
        assert self._guard.stdout is not None  # noqa: S101 - it was asked for above
        return self._guard.stdout.readline().decode().rstrip("\n")

    def _await_end(self) -> None:
        word, _, rest = self._event().partition(" ")
        if word == "exited":
            code, seconds, *left = rest.split()
            self._lived = float(seconds)
            self._leftovers = [f"process {pid}" for pid in left]
            self._code = int(code)
        self._ended.set()

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self._code

    def wait(self, seconds: float) -> int | None:
        """Wait for the end; None if it still runs then."""
        self._ended.wait(max(seconds, 0))
        return self._code

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the command itself."""
        if self._code is None:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def output(self) -> tuple[str, str]:
        """Return stdout and stderr so far."""
        stdout, stderr = (beginning(file) for file in self._files)
        return stdout, stderr

    def tree(self) -> dict[int, str]:
        """Return the command's process and its descendants."""
        return {self.pid: "S", **guard.descendants(self.pid)}

    def leftovers(self) -> list[str]:
        """Return the descendants that outlived the command."""
        self._ended.wait(2)
        return self._leftovers

    def waited_seconds(self) -> float:
        """Return how long the command waited for a core so far."""
        return guard.waited_seconds(self.pid)

    def uptime(self) -> float:
        """Return the seconds since its start."""
        return time.monotonic() - self.started

    def slowed(self) -> float:
        """Return how many times longer its work took so far than with a core for each thread."""
        return guard.slowed(self.pid)

    def lived_seconds(self) -> float:
        """Return how long the command lived, less its wait for a core; 0 while it runs."""
        return self._lived

    def close(self) -> None:
        """Close the lifeline; the guard kills what is left and ends."""
        if self._guard.stdin and not self._guard.stdin.closed:
            self._guard.stdin.close()
        try:
            self._guard.wait(5)
        except subprocess.TimeoutExpired:
            self._guard.kill()
