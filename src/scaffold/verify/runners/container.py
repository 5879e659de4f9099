"""One started container: its output is followed by one tool, its end is noticed by the same."""

import signal
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from scaffold.verify import tools
from scaffold.verify.guard import LARGEST_OUTPUT, LOOK_SECONDS, slowed
from scaffold.verify.processes import beginning

END_SECONDS = 30.0


class Container:
    """A started container, from outside."""

    host = "127.0.0.1"

    def __init__(self, identity: str, port: int | None, folder: Path) -> None:
        self.started = time.monotonic()
        self.id, self.port = identity, port
        self._files = (folder / "stdout", folder / "stderr")
        with self._files[0].open("wb") as stdout, self._files[1].open("wb") as stderr:
            self._follower = subprocess.Popen(
                ("docker", "logs", "--follow", identity),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        self._code: int | None = None
        self._pid = ""
        self._ended = threading.Event()
        threading.Thread(target=self._await_end, daemon=True).start()

    def _await_end(self) -> None:
        """Following ends with the container, which is killed before its output fills the disk."""
        while not self._followed():
            if any(file.stat().st_size > LARGEST_OUTPUT for file in self._files if file.exists()):
                self.signal(signal.SIGKILL)
        done = tools.quick("docker", "wait", self.id, seconds=END_SECONDS)
        if done.code == 0:
            self._code = int(done.stdout.strip())
        self._ended.set()

    def _followed(self) -> bool:
        try:
            self._follower.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return True

    def enter(self, network: str, port: int) -> None:
        """Reach it by its address in a network, at the port that it listens on, from now on."""
        address = f'{{{{(index .NetworkSettings.Networks "{network}").IPAddress}}}}'
        self.host = tools.quick("docker", "inspect", "-f", address, self.id).stdout.strip()
        self.port = port

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self._code

    def wait(self, seconds: float) -> int | None:
        """Wait for the end; None if it still runs then."""
        self._ended.wait(max(seconds, 0))
        return self._code

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the container's first process."""
        tools.quick("docker", "kill", "--signal", number.name, self.id)

    def output(self) -> tuple[str, str]:
        """Return stdout and stderr so far."""
        stdout, stderr = (beginning(file) for file in self._files)
        return stdout, stderr

    def tree(self) -> dict[int, str]:
        """Return the container's processes."""
        shown = tools.quick("docker", "top", self.id, "-eo", "pid,stat")
        rows = [line.split() for line in shown.stdout.splitlines()[1:]]
        return {int(pid): state[0] for pid, state in rows}

    def leftovers(self) -> list[str]:
        """Nothing outlives a container's first process."""
        return []

    def waited_seconds(self) -> float:
        """Unknown in a container."""
        return 0.0

    def slowed(self) -> float:
        """Return what the kernel tells of its first process, where the engine runs on this machine."""
        if not self._pid:
            self._pid = tools.quick("docker", "inspect", "-f", "{{.State.Pid}}", self.id).stdout.strip()
        return slowed(int(self._pid)) if self._pid.isdecimal() and sys.platform == "linux" else 1.0

    def lived_seconds(self) -> float:
        """Return the engine's own account."""
        shown = tools.quick("docker", "inspect", "-f", "{{.State.StartedAt}} {{.State.FinishedAt}}", self.id)
        begun, ended = (
            datetime.fromisoformat(f"{moment[:26].rstrip('Z')}+00:00") for moment in shown.stdout.split()
        )
        return (ended - begun).total_seconds()

    def close(self) -> None:
        """Remove the container with its anonymous volumes."""
        tools.quick("docker", "rm", "--force", "--volumes", self.id)
        self._ended.wait(END_SECONDS)
