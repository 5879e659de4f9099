"""What an update would do to a project: a three-way merge of two renderings and the project's last commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import hunks
from scaffold.errors import ExitCode, ScaffoldError
from scaffold.record import ANSWERS_FILE
from scaffold.workshop import REGULAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scaffold.merge import Conflict, Merge, Stage
    from scaffold.render import Rendering
    from scaffold.workshop import Change, Workshop
    from scaffold.worktree import Worktree

LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Plan:
    """The project's tree `head`, what it is to become, and what differs.

    With `conflicts`, the files in conflict hold markers in `result`, and `stages` are their sides.
    """

    head: str
    result: str
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...] = ()
    kept_deleted: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()

    @property
    def paths_in_conflict(self) -> frozenset[str]:
        """Paths of the files whose two sides cannot be brought together."""
        return frozenset(conflict.path for conflict in self.conflicts)


def merged(shop: Workshop, tree: Worktree, old: Rendering, new: Rendering) -> Plan:
    """The plan that brings what changed from `old` to `new` into the project's last commit."""
    head = tree.head_tree()
    if shop.file(head, ANSWERS_FILE) is None:
        raise ScaffoldError(
            f"`{ANSWERS_FILE}` is not committed", hint="git add it and commit it", code=ExitCode.CONFLICT
        )
    base, theirs = shop.tree(old), shop.tree(new)
    # The record is the tool's: as the old version wrote it, the merge takes the new version's.
    ours = shop.edited(head, {ANSWERS_FILE: shop.file(base, ANSWERS_FILE)})
    merge = shop.merge(base, ours, theirs)
    result = shop.edited(merge.tree, dict.fromkeys(merge.kept_deleted))
    conflicts = tuple(_with_hunks(shop, merge))
    return Plan(head, result, tuple(shop.changes(head, result)), conflicts, merge.kept_deleted, merge.stages)


def _with_hunks(shop: Workshop, merge: Merge) -> Iterator[Conflict]:
    for conflict in merge.conflicts:
        entry = shop.file(merge.tree, conflict.path)
        is_text = entry is not None and entry.mode in REGULAR and shop.size(entry.name) <= LARGEST
        yield conflict._replace(hunks=hunks.read(shop.content(entry.name)) if entry and is_text else ())
