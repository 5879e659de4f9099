"""Calls with limits, as a rule in a process of their own: Jinja can loop and allocate."""

from __future__ import annotations

import os
import pickle
import resource
import select
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from scaffold.errors import ExitCode, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS = 60
MEMORY = 1024**3
CHUNK = 1 << 20
STATM = Path("/proc/self/statm")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Call(Generic[Result]):
    """A call that is running in the process `child`, which writes what came of it to `answer`.

    Its temporary files are in `scratch`, so that none of them outlives it.
    """

    child: int
    answer: int
    deadline: float
    scratch: str

    def result(self) -> Result:
        """What the call returned, once it has; raises what it raised, or ScaffoldError past a limit."""
        try:
            content = self._read()
        finally:
            self.end()
        if not content:
            raise too_much()
        worked, value = pickle.loads(content)  # noqa: S301 written by this very program
        if not worked:
            raise value
        return value  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the process, whatever it is doing; nothing happens if it has ended."""
        with suppress(OSError):
            os.close(self.answer)
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _read(self) -> bytes:
        parts: list[bytes] = []
        while select.select([self.answer], [], [], max(0, self.deadline - time.monotonic()))[0]:
            part = os.read(self.answer, CHUNK)
            if not part:
                return b"".join(parts)
            parts.append(part)
        return b""


def start(
    call: Callable[[], Result], *, seconds: float | None = None, memory: int | None = None
) -> Call[Result]:
    """Start `call`, which may take so many seconds and so many bytes more than this process has."""
    seconds, memory = seconds or SECONDS, memory or MEMORY
    scratch = tempfile.mkdtemp(prefix="scaffold-")
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        tempfile.tempdir = scratch
        _run(call, writing, memory)
    os.close(writing)
    return Call(child, reading, time.monotonic() + seconds, scratch)


def run(call: Callable[[], Result]) -> Result:
    """What `call` returns, within the limits."""
    return start(call).result()


@contextmanager
def limited() -> Iterator[None]:
    """The same limits for what this very process does meanwhile, which keeps what it compiled.

    Past the time the process ends by SIGALRM, whatever it is doing; past the memory ScaffoldError is raised.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    handler = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        _limit(MEMORY, before[1])
        yield
    except MemoryError as error:
        raise too_much() from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


def _run(call: Callable[[], Any], writing: int, memory: int) -> NoReturn:
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        _limit(memory)
        try:
            answer = (True, call())
        except MemoryError:
            os._exit(1)
        except Exception as error:
            answer = (False, error)
        with open(writing, "wb") as stream:
            stream.write(_packed(answer))
    finally:
        os._exit(0)


def _packed(answer: tuple[bool, Any]) -> bytes:
    """`answer` as bytes; an error that cannot be sent keeps its text."""
    try:
        packed = pickle.dumps(answer)
        if not answer[0]:
            pickle.loads(packed)  # noqa: S301 written by this very program
    except Exception:
        code = getattr(answer[1], "code", ExitCode.DEFECT)
        return pickle.dumps((False, ScaffoldError(str(answer[1]), code=code)))
    return packed


def _limit(memory: int, most: int = resource.RLIM_INFINITY) -> None:
    if STATM.exists():  # Where there is none, the time still is limited.
        used = int(STATM.read_text().split()[0]) * resource.getpagesize()
        wanted = used + memory
        resource.setrlimit(
            resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
        )


def too_much() -> ScaffoldError:
    """What is said of a template that went past a limit."""
    return ScaffoldError(
        f"the template takes more than {SECONDS} s or {MEMORY // 1024**2} MiB to render",
        hint="look at its loops; no project needs that much",
    )
