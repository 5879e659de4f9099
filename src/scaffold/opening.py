"""A project in use by one command: nobody else changes it, and what was left half done is undone."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import record, worktree
from scaffold.errors import ExitCode, ScaffoldError
from scaffold.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scaffold.record import Record
    from scaffold.worktree import Worktree

SHOWN = 5


@dataclass(frozen=True)
class Project:
    """A project that a template made: its working tree, its journal, and what it records."""

    tree: Worktree
    journal: Journal
    noted: Record


@contextmanager
def opened(path: Path, tell: Callable[[str], None]) -> Iterator[Project]:
    """The project at `path` for as long as the block lasts; `tell` hears of an attempt that was undone.

    Exit 2 where no template made it, 3 if another command works on it.
    """
    record.read(path)
    tree, journal = _found(path)
    with journal.locked():
        _undo(journal, tell)
        yield Project(tree, journal, record.read(tree.project))


def mend(path: Path, tell: Callable[[str], None]) -> None:
    """Undo what a killed command left half done in the project at `path`, if there is such a thing."""
    try:
        _, journal = _found(path)
    except ScaffoldError:
        return
    if journal.folder.exists():
        with journal.locked():
            _undo(journal, tell)


def refuse_uncommitted(tree: Worktree) -> None:
    """Exit 3 where something is not committed, so that a change can be told from it and taken back."""
    if paths := tree.uncommitted():
        listed = ", ".join(f"`{path}`" for path in paths[:SHOWN])
        listed += f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
        raise ScaffoldError(
            f"the project has changes that are not committed: {listed}",
            hint="commit or stash them first, so that the update can be told from them and taken back",
            code=ExitCode.CONFLICT,
        )


def _found(path: Path) -> tuple[Worktree, Journal]:
    tree = worktree.find(path)
    return tree, Journal(tree.top, tree.git_dir, tree.head())


def _undo(journal: Journal, tell: Callable[[str], None]) -> None:
    if journal.undo():
        tell("an update that was interrupted has been undone")
