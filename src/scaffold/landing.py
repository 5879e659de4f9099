"""Puts a merged tree into a project's working files, where nothing of other people's is in the way."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.journal import INDEX
from scaffold.merge import SUBMODULE, Conflict
from scaffold.record import ANSWERS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scaffold.journal import Journal
    from scaffold.plan import Plan
    from scaffold.workshop import Change, Workshop
    from scaffold.worktree import Worktree

EXECUTABLE = "100755"


def obstacles(worktree: Worktree, changes: Sequence[Change]) -> list[Conflict]:
    """What `changes` would overwrite although git does not keep it, or was told not to look at it."""
    hidden = worktree.hidden()
    leaving = {change.origin or change.path for change in changes if change.origin or change.after is None}
    found: dict[str, str] = {}
    for change in changes:
        for path in filter(None, (change.origin, change.path)):
            had = change.before is not None and path == (change.origin or change.path)
            if reason := _obstacle(worktree.project, path, had, leaving, hidden):
                found[path] = reason
        if SUBMODULE in {entry.mode for entry in (change.before, change.after) if entry}:
            found[change.path] = "it is a submodule"
    return [Conflict(path, reason) for path, reason in sorted(found.items())]


def land(shop: Workshop, plan: Plan, worktree: Worktree, journal: Journal, index: Path | None = None) -> None:
    """Make the working files what `plan` says, and the file `index` the repository's index; all or none.

    HEAD stays as it is, and so does the index if no other is given. Exit 3 if somebody edited a file
    meanwhile, 6 if the disk refuses.
    """
    tree, changes = plan.result, plan.changes
    try:
        prepared = journal.prepare()
        if index:
            (prepared / INDEX).parent.mkdir()
            shutil.copy2(index, prepared / INDEX)
        after = prepared / worktree.prefix
        after.mkdir(parents=True, exist_ok=True)
        new = [change for change in changes if change.after and not _is_moved(change)]
        shop.export(tree, [change.path for change in new], after)
        for change in filter(_is_moved, changes):
            _copy(worktree.project, after, change)
        if edited := worktree.uncommitted():
            raise ScaffoldError(
                f"`{edited[0]}` was changed while the update was prepared",
                hint="commit it and try again",
                code=ExitCode.CONFLICT,
            )
        paths = {path for change in changes for path in (change.origin, change.path) if path}
        ordered = sorted(paths, key=lambda path: (path == ANSWERS_FILE, path))
        journal.apply([*([INDEX] if index else []), *(worktree.prefix + path for path in ordered)])
    except OSError as error:
        raise ScaffoldError(
            f"the update could not be written: {error}",
            hint="nothing was changed",
            code=ExitCode.SURROUNDINGS,
        ) from error


def _obstacle(project: Path, path: str, had: bool, leaving: set[str], hidden: set[str]) -> str:
    if path in hidden:
        return "git was told not to look at it (assume-unchanged or skip-worktree)"
    for parent in reversed((project / path).relative_to(project).parents[:-1]):
        kind = _kind(project / parent)
        if kind not in {"", "folder"} and parent.as_posix() not in leaving:
            return f"`{parent.as_posix()}` is not a folder"
    kind = _kind(project / path)
    if had:
        return "" if kind == "file" else "it is not there as it was committed"
    if kind == "folder":
        return next(
            (
                f"`{other}` is in the way, which git does not keep"
                for other in _below(project, path)
                if other not in leaving
            ),
            "",
        )
    return "a file that git does not keep is in the way" if kind and path not in leaving else ""


def _below(project: Path, folder: str) -> Iterator[str]:
    for place, _, names in os.walk(project / folder):
        yield from ((Path(place) / name).relative_to(project).as_posix() for name in names)


def _kind(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) or stat.S_ISLNK(mode) else "other"


def _is_moved(change: Change) -> bool:
    """Whether the content stays the same, so that the file is taken as it lies there, filters applied."""
    return change.before is not None and change.after is not None and change.before.name == change.after.name


def _copy(project: Path, after: Path, change: Change) -> None:
    target = after / change.path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(project / (change.origin or change.path), target, follow_symlinks=False)
    if not target.is_symlink():
        mode = target.stat().st_mode
        executable = change.after is not None and change.after.mode == EXECUTABLE
        target.chmod(mode | (mode & 0o444) >> 2 if executable else mode & ~0o111)
