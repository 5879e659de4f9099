"""Work that is done once in a run, whichever of its processes asks first."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of `path` among all processes of this machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def once(path: Path, make: Callable[[Path], object]) -> Path:
    """Return `path`, which `make` has filled; a failed attempt leaves nothing behind."""
    with locked(path):
        if not path.exists():
            unfinished = path.with_name(f"{path.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(path)
    return path


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of one run share."""
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "run"
