"""Places where two sides of a merge disagree, read from a file with git's conflict markers."""

from __future__ import annotations

import re
from typing import NamedTuple

PROJECT, TEMPLATE = "project", "template"
START = re.compile(rb"<{3,} " + PROJECT.encode() + rb"(:.*)?\r?\n?\Z")
MIDDLE = re.compile(rb"={3,}\r?\n?\Z")
END = re.compile(rb">{3,} " + TEMPLATE.encode() + rb"(:.*)?\r?\n?\Z")


class Hunk(NamedTuple):
    """Lines that both sides have differently; `line` is where `project` stands in the project's file."""

    line: int
    project: str
    template: str


def read(content: bytes) -> tuple[Hunk, ...]:
    """Every place in `content` that is marked as in conflict between the project and the template."""
    found: list[Hunk] = []
    number, sides, side = 1, ([], []), -1  # type: tuple[int, tuple[list[bytes], list[bytes]], int]
    for line in content.splitlines(keepends=True):
        if side < 0 and START.match(line):
            sides, side = ([], []), 0
        elif side == 0 and MIDDLE.match(line):
            side = 1
        elif side == 1 and END.match(line):
            found.append(Hunk(number - len(sides[0]), *(_text(lines) for lines in sides)))
            side = -1
        else:
            number += side != 1
            if side >= 0:
                sides[side].append(line)
    return tuple(found)


def _text(lines: list[bytes]) -> str:
    return b"".join(lines).decode(errors="replace")
