"""Runs one command so that nothing of it survives the run; a program of its own, started by `processes.py`.

Reads its lifeline on stdin: when that closes, however its other end died, every descendant is killed.
Writes events to stdout, one a line: `started PID`, `failed REASON`, `exited CODE SECONDS LEFTOVER...`, where
SECONDS is how long it lived, less the time in which its main thread waited for a core. A command that floods
its output is killed before the disk is full.
"""

import ctypes
import os
import select
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
SETTLE_SECONDS = 0.3
LOOK_SECONDS = 0.5
LARGEST_OUTPUT = 128 << 20


def main() -> None:
    """Start the command, report how it ends, clean up when the lifeline closes."""
    stdin_file, stdout_file, stderr_file, folder, *argv = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    wakeup_reader, wakeup_writer = os.pipe()
    os.set_blocking(wakeup_writer, False)
    signal.set_wakeup_fd(wakeup_writer)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    child = _spawn(libc, argv, folder, (stdin_file, stdout_file, stderr_file))
    if child:
        _watch(child, wakeup_reader, (stdout_file, stderr_file))
    _kill_descendants()


def _spawn(libc: ctypes.CDLL, argv: list[str], folder: str, files: tuple[str, str, str]) -> int:
    fault_reader, fault_writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(files[0], os.O_RDONLY), 0)
            for number, name in enumerate(files[1:], start=1):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
            os.chdir(folder)
            os.execvp(argv[0], argv)  # noqa: S606 - no shell, that is the point
        except OSError as error:
            os.write(fault_writer, f"{argv[0]}: {error.strerror}".encode())
        os._exit(127)
    os.close(fault_writer)
    fault = os.read(fault_reader, 1000).decode()
    _report(f"failed {fault}" if fault else f"started {child}")
    return 0 if fault else child


def _watch(child: int, wakeup: int, outputs: tuple[str, str]) -> None:
    begun = time.monotonic()
    while True:
        readable, _, _ = select.select([0, wakeup], [], [], LOOK_SECONDS)
        if any(os.stat(name).st_size > LARGEST_OUTPUT for name in outputs):  # noqa: PTH116 - starts fast
            _kill_descendants()
        if 0 in readable and not os.read(0, 100):
            return
        if wakeup in readable:
            os.read(wakeup, 1000)
        if child and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            seconds = time.monotonic() - begun - waited_seconds(child)
            _report(" ".join(map(str, ["exited", _reap(child), f"{seconds:.3f}", *_settled_leftovers()])))
            child = 0


def _reap(child: int) -> int:
    """Collect the exit code of a command that has ended; other descendants are not ours to await."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return 128 - code if code < 0 else code


def _settled_leftovers() -> list[int]:
    """Descendants that are still alive a moment after the command's end."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while (left := living(os.getpid())) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _kill_descendants() -> None:
    while left := living(os.getpid()):
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.005)


def waited_seconds(pid: int) -> float:
    """How long a process's main thread was ready to run and had no core, by the kernel's account."""
    try:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:  # noqa: PTH123 - starts fast
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def slowed(pid: int) -> float:
    """How many times longer a process's threads took than with a core each, by the kernel's account."""
    ran = waited = 0
    try:
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - starts fast
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:  # noqa: PTH123
                counts = file.read().split()
            ran, waited = ran + int(counts[0]), waited + int(counts[1])
    except (OSError, IndexError):
        return 1.0
    return (ran + waited) / ran if ran else 1.0


def living(root: int) -> list[int]:
    """Descendants of a process that are no zombies."""
    return [pid for pid, state in descendants(root).items() if state != "Z"]


def descendants(root: int) -> dict[int, str]:
    """Every descendant of a process, with its state as one letter."""
    children: dict[int, list[tuple[int, str]]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - starts fast
        if name.isdigit():
            state, parent = _stat(name)
            children.setdefault(parent, []).append((int(name), state))
    found: dict[int, str] = {}
    waiting = [root]
    while waiting:
        for pid, state in children.get(waiting.pop(), []):
            found[pid] = state
            waiting.append(pid)
    return found


def _stat(pid: str) -> tuple[str, int]:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - starts fast
            state, parent = file.read().rsplit(")", 1)[1].split()[:2]
    except (OSError, IndexError):
        return "Z", 0
    return state, int(parent)


def _report(event: str) -> None:
    try:
        os.write(1, f"{event}\n".encode())
    except BrokenPipeError:
        return


if __name__ == "__main__":
    main()
