"""Git's own lock on a repository's index, taken so that it can be told from git's after a kill."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scaffold.errors import ExitCode, ScaffoldError

if TYPE_CHECKING:
    from pathlib import Path

OURS = b"taken by scaffold\n"
NAME = "index.lock"


def take(git_dir: Path, scratch: Path) -> None:
    """Lock the index, by a file prepared in the folder `scratch`; exit 3 if git has locked it."""
    prepared = scratch / NAME
    prepared.write_bytes(OURS)
    try:
        os.link(prepared, git_dir / NAME)
    except FileExistsError as error:
        raise ScaffoldError(
            f"git is at work in this repository: there is a file `{NAME}`",
            hint="wait for its end; if no git runs, remove that file",
            code=ExitCode.CONFLICT,
        ) from error


def release(git_dir: Path) -> None:
    """Unlock the index if it was locked here; a lock of git's stays."""
    lock = git_dir / NAME
    if lock.is_file() and lock.read_bytes() == OURS:
        lock.unlink()
