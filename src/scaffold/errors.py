"""Errors that people see: what was wrong, what to do next, and the exit code that scripts read."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExitCode(IntEnum):
    """What `scaffold` ends with; scripts may rely on the numbers."""

    OK = 0
    DEFECT = 1
    USAGE = 2
    CONFLICT = 3
    MISSING_TOOL = 4
    CHECK_FAILED = 5
    SURROUNDINGS = 6
    HUNG_UP = 129
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class ScaffoldError(Exception):
    """An error to show as `error:` and `hint:` lines, without a traceback."""

    def __init__(self, message: str, *, hint: str = "", code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class UnsupportedTemplateError(Exception):
    """The template needs something that only Copier knows."""


def printable(text: str) -> str:
    """`text` on one line, without what could steer a terminal."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """The beginning of a hint that names the nearest of `known`; empty if none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 only errors need it

    near = get_close_matches(value, list(known), n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`? " if near else ""
