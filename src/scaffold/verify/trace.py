"""One life of the service under strace: what it opened, executed and called."""

import re
from dataclasses import dataclass
from pathlib import Path

from scaffold.verify import tools
from scaffold.verify.bench import Bench
from scaffold.verify.registry import Skipped
from scaffold.verify.service import Service

CALLS = "trace=open,openat,creat,execve,connect,mkdir,mkdirat"
OPENED = re.compile(r'(?:openat|open|creat)\((?:AT_FDCWD[^,]*, )?"(?P<path>[^"]*)"(?P<flags>[^)]*)\) += \d')
MADE = re.compile(r'mkdir(?:at)?\((?:AT_FDCWD[^,]*, )?"(?P<path>[^"]*)"[^)]*\) += 0')
EXECUTED = re.compile(r'execve\("(?P<path>[^"]*)".* = 0')
CONNECTED = re.compile(r'connect\(.*sin6?_port=htons\((?P<port>\d+)\).*"(?P<host>[0-9a-f.:]+)"')
WRITING = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")


@dataclass(frozen=True)
class Trace:
    """System calls that succeeded, in order."""

    read: tuple[str, ...]
    written: tuple[str, ...]
    executed: tuple[str, ...]
    connected: tuple[tuple[str, int], ...]


def traced(bench: Bench) -> Trace:
    """Trace one life: start, every request of the contract, SIGTERM; shared by all checks that read it.

    Raises:
        Skipped: this machine does not let a process be traced.
    """
    return bench.once("traced", _trace)


def _trace(bench: Bench) -> Trace:
    file = bench.folder() / "trace"
    strace = ("strace", "-D", "-f", "--seccomp-bpf", "-qq", "-s", "400", "-e", CALLS, "-o")
    tried = tools.quick(*strace, str(file), "true")
    if tried.code != 0 or not file.read_text(encoding="utf-8"):
        raise Skipped(f"strace may not trace here: {tried.last_words()}")
    _live(bench, bench.start(options={"wrap": (*strace, str(file))}))
    return _parsed(file.read_text(encoding="utf-8", errors="replace"), bench.contract.root)


def _live(bench: Bench, service: Service) -> None:
    for request in bench.contract.requests.values():
        service.send(request, timeout=15)
    service.stop(bench.patience)


def _parsed(text: str, root: Path) -> Trace:
    opened = list(OPENED.finditer(text))
    writing = [found for found in opened if any(flag in found["flags"] for flag in WRITING)]
    reading = [found for found in opened if "O_DIRECTORY" not in found["flags"] and found not in writing]
    return Trace(
        read=tuple(str(root / found["path"]) for found in reading),
        written=tuple(str(root / found["path"]) for found in [*writing, *MADE.finditer(text)]),
        executed=tuple(found["path"] for found in EXECUTED.finditer(text))[1:],
        connected=tuple((found["host"], int(found["port"])) for found in CONNECTED.finditer(text)),
    )
