"""Git for other people's repositories: raw bytes, and nothing runs that their configuration names."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.git import HARDENED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NEEDED = "install git 2.38 or newer (https://git-scm.com/downloads)"
QUIET = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}


class GitFailedError(ScaffoldError):
    """Git ended with an exit code that was not expected; `status` is that code."""

    def __init__(self, command: str, status: int, complaint: str) -> None:
        lines = complaint.strip().splitlines() or [f"exit code {status}"]
        super().__init__(f"git {command}: {lines[-1].removeprefix('fatal: ')}", code=ExitCode.SURROUNDINGS)
        self.status = status


def call(
    *arguments: str,
    cwd: Path,
    settings: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    given: bytes = b"",
    accepted: Sequence[int] = (0,),
) -> bytes:
    """Output of `git ARGUMENTS`, where `settings` (`key=value`) win over every configuration.

    Nothing of git's own variables is taken from the surroundings. GitFailedError for an exit code that is not
    `accepted`; ScaffoldError (exit 4) where there is no git.
    """
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    options = [part for setting in settings for part in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", *HARDENED, *options, *arguments],
            cwd=cwd,
            env={**surroundings, **QUIET, **(environment or {})},
            input=given,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise ScaffoldError("there is no `git` on PATH", hint=NEEDED, code=ExitCode.MISSING_TOOL) from error
    if done.returncode not in accepted:
        raise GitFailedError(arguments[0], done.returncode, done.stderr.decode(errors="replace"))
    return done.stdout


def filters_off(folder: Path) -> list[str]:
    """Settings that switch off every content filter which the configuration of `folder` names.

    `git status` would run their programs to compare files.
    """
    listed = call(
        "config", "--null", "--name-only", "--get-regexp", r"^filter\.", cwd=folder, accepted=(0, 1)
    )
    drivers = {key.rpartition(".")[0] for key in listed.decode(errors="surrogateescape").split("\0") if key}
    off = ("clean=", "smudge=", "process=", "required=false")
    return [f"{driver}.{setting}" for driver in sorted(drivers) for setting in off]
