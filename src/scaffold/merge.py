"""What `git merge-tree` says of a three-way merge, as facts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scaffold.hunks import Hunk

DELETIONS = {"CONFLICT (modify/delete)", "CONFLICT (rename/delete)"}
SUBMODULE = "160000"
BASE_AND_TEMPLATE = {1, 3}
SAME_LINES = "the project and the template changed the same lines"
WORDS = {
    "CONFLICT (contents)": SAME_LINES,
    "CONFLICT (modify/delete)": "it is deleted in the template, and changed in the project",
    "CONFLICT (binary)": "the project and the template changed this binary file",
}


class Conflict(NamedTuple):
    """A file whose two sides cannot be brought together, why, and where if the reason is in its lines."""

    path: str
    reason: str
    hunks: tuple[Hunk, ...] = ()


class Stage(NamedTuple):
    """What one side has at a path in conflict: 1 is the base, 2 the project, 3 the template."""

    path: str
    number: int
    mode: str
    name: str


@dataclass(frozen=True)
class Merge:
    """Result of a merge: a tree, what is in conflict, and what the project deleted and keeps deleted.

    In `tree` the conflicting files hold markers, and those in `kept_deleted` still stand. `stages` are both
    sides and the base of what is in conflict.
    """

    tree: str
    conflicts: tuple[Conflict, ...]
    kept_deleted: tuple[str, ...]
    stages: tuple[Stage, ...] = ()


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
    stages = tuple(_stage(line) for line in fields[:end])
    found: dict[str, set[int]] = {}
    for stage in stages:
        found.setdefault(stage.path, set()).add(stage.number)
    remarks = [m for m in _messages(fields[end + 1 :]) if m.kind.startswith("CONFLICT")]
    kept = {
        path
        for path, numbers in found.items()
        if numbers == BASE_AND_TEMPLATE and {m.kind for m in remarks if path in m.paths} <= DELETIONS
    }
    conflicts = tuple(sorted(_conflicts(found.keys() - kept, remarks, kept)))
    return Merge(tree, conflicts, tuple(sorted(kept)), tuple(s for s in stages if s.path not in kept))


def _stage(line: str) -> Stage:
    facts, path = line.split("\t", 1)
    mode, name, number = facts.split(" ")
    return Stage(path, int(number), mode, name)


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
