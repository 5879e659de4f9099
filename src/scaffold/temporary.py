"""Folders for the time of a call, which nothing outlives."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import signals

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.05


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A new folder; removed afterwards, whatever stops the block, a signal included."""
    with signals.held():
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        try:
            with signals.let_through():
                yield folder
        finally:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove `folder`; what a killed child has started may write into it for some moments more."""
    until = time.monotonic() + PATIENCE_SECONDS
    while folder.exists() and time.monotonic() < until:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            time.sleep(PAUSE_SECONDS)
