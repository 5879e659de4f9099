"""What `git merge-tree` says of a three-way merge, as facts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

DELETIONS = {"CONFLICT (modify/delete)", "CONFLICT (rename/delete)"}
BASE_AND_TEMPLATE = {1, 3}
SAME_LINES = "the project and the template changed the same lines"
WORDS = {
    "CONFLICT (contents)": SAME_LINES,
    "CONFLICT (binary)": "the project and the template changed this binary file",
}


class Conflict(NamedTuple):
    """A file whose two sides cannot be brought together, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Merge:
    """Result of a merge: a tree, what is in conflict, and what the project deleted and keeps deleted.

    In `tree` the conflicting files hold markers, and those in `kept_deleted` still stand.
    """

    tree: str
    conflicts: tuple[Conflict, ...]
    kept_deleted: tuple[str, ...]


class Message(NamedTuple):
    """One remark of git: the paths that it is about, its kind, and its text."""

    paths: tuple[str, ...]
    kind: str
    text: str


def parse(answer: bytes) -> Merge:
    """Read the answer of `git merge-tree --write-tree -z --messages`.

    A file that the project deleted stays deleted, whatever the template did to it: no line gets lost.
    """
    tree, *fields = os.fsdecode(answer).split("\0")
    end = fields.index("")
    stages: dict[str, set[int]] = {}
    for line in fields[:end]:
        facts, path = line.split("\t", 1)
        stages.setdefault(path, set()).add(int(facts.rpartition(" ")[2]))
    remarks = [m for m in _messages(fields[end + 1 :]) if m.kind.startswith("CONFLICT")]
    kept = {
        path
        for path, found in stages.items()
        if found == BASE_AND_TEMPLATE and {m.kind for m in remarks if path in m.paths} <= DELETIONS
    }
    return Merge(tree, tuple(sorted(_conflicts(stages.keys() - kept, remarks, kept))), tuple(sorted(kept)))


def _conflicts(paths: set[str], remarks: list[Message], kept: set[str]) -> Iterator[Conflict]:
    open_remarks = [m for m in remarks if not (m.kind in DELETIONS and kept.intersection(m.paths))]
    for path in paths | {m.paths[0] for m in open_remarks if not paths.intersection(m.paths)}:
        reasons = [
            WORDS.get(m.kind) or m.text.partition("): ")[2].strip() for m in open_remarks if path in m.paths
        ]
        yield Conflict(path, "; ".join(reasons) or SAME_LINES)


def _messages(fields: list[str]) -> Iterator[Message]:
    position = 0
    while position < len(fields) and fields[position]:
        text = position + int(fields[position]) + 2
        yield Message(tuple(fields[position + 1 : text - 1]), fields[text - 1], fields[text])
        position = text + 1
