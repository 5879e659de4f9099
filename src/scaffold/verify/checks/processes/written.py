"""Nothing is kept on the local disk."""

import tempfile
from pathlib import PurePath

from scaffold.verify import tools
from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, check
from scaffold.verify.runners.container import Container
from scaffold.verify.trace import traced

HARMLESS = ("/tmp/", "/dev/", "/proc/", "/sys/")  # noqa: S108 - these are looked for, not used


@check(
    id="vi-nothing-written",
    factor="VI",
    promise="Nothing is written outside /tmp",
    fix="Keep state in a backing service, logs on stdout, and temporary files below /tmp.",
    needs=["strace"],
)
def nothing_written(bench: Bench) -> str:
    """Trace a whole life and look at every file opened for writing."""
    written = traced(bench).written
    root = f"{bench.contract.root}/"
    harmless = (*HARMLESS, f"{tempfile.gettempdir()}/")
    outside = [path for path in written if path.startswith(root) or not path.startswith(harmless)]
    kept = [path for path in outside if "__pycache__" not in PurePath(path).parts]
    if kept:
        raise Failed(f"it wrote {', '.join(sorted(set(kept))[:5])}")
    return f"{len(written)} files opened for writing, none outside /tmp"


@check(
    id="vi-container-unchanged",
    factor="VI",
    promise="A container's files are the image's, but for /tmp",
    fix="Keep state in a backing service, logs on stdout, and temporary files below /tmp.",
    needs=["docker"],
    turn="quiet",
)
def container_unchanged(bench: Bench) -> str:
    """Ask the engine what changed in a container that served requests."""
    with bench.quiet() as service:
        for request in bench.contract.requests.values():
            service.send(request, timeout=15)
        instance = service.instance
        assert isinstance(instance, Container)  # noqa: S101 - `needs` says so
        listed = tools.quick("docker", "diff", instance.id).stdout.splitlines()
        changed = [line for line in listed if not line[2:].startswith("/tmp")]  # noqa: S108 - looked for, not used
        if changed:
            raise Failed(f"changed files: {', '.join(changed[:5])}")
        return "no file outside /tmp was added, changed or removed"
