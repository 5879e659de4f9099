"""Has the disk hold what was written, so that even a power cut finds the old files or the new ones."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def tree(root: Path) -> None:
    """Every file and folder below `root`."""
    for place, _, names in os.walk(root):
        for name in names:
            path = Path(place, name)
            if not path.is_symlink():
                _sync(path)
        folder(Path(place))


def folder(path: Path) -> None:
    """The names in the folder `path`, if it is there."""
    with suppress(FileNotFoundError, NotADirectoryError):
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
