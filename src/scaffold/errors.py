"""Errors that people see: what was wrong, what to do next, and the exit code that scripts read."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What `scaffold` ends with; scripts may rely on the numbers."""

    OK = 0
    DEFECT = 1
    USAGE = 2
    CONFLICT = 3
    MISSING_TOOL = 4
    CHECK_FAILED = 5
    SURROUNDINGS = 6
    INTERRUPTED = 130
    TERMINATED = 143


class ScaffoldError(Exception):
    """An error to show as `error:` and `hint:` lines, without a traceback."""

    def __init__(self, message: str, *, hint: str = "", code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
