"""The run's folder, and the promise that nothing else stays behind."""

import json
import subprocess
import sys
import tempfile
import threading
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from scaffold.verify import sweeper, tools

LABEL = "scaffold.verify"


class Scratch:
    """A folder and a list of things to undo; both are dealt with when the run ends, even by SIGKILL."""

    def __init__(self, *, keep: bool = False) -> None:
        tools.resume()
        self.id = uuid.uuid4().hex[:10]
        self.folder = Path(tempfile.mkdtemp(prefix="scaffold-verify-"))
        self._lock = threading.Lock()
        self._sweeper = subprocess.Popen(
            [sys.executable, "-I", "-S", sweeper.__file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        if not keep:
            self._tell({"remove": str(self.folder)})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if kind is not None:
            tools.stop()
        self.close(passes=1 if kind is None else 2)

    def at_end(self, *command: str) -> None:
        """Run a command when everything is over; the last one registered runs first."""
        self._tell({"run": list(command)})

    def close(self, *, passes: int = 1) -> None:
        """Clean up now and wait for it; more than once where something may still come into being."""
        if self._sweeper.stdin is not None and not self._sweeper.stdin.closed:
            self._tell({"passes": passes})
            self._sweeper.stdin.close()
        self._sweeper.wait(2 * sweeper.PATIENCE_SECONDS)

    def _tell(self, order: dict[str, object]) -> None:
        with self._lock:
            assert self._sweeper.stdin is not None  # noqa: S101 - it was asked for above
            self._sweeper.stdin.write(f"{json.dumps(order)}\n".encode())
            self._sweeper.stdin.flush()
