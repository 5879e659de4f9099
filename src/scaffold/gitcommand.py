"""Runs git, and keeps it from running what a foreign repository's configuration names."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from scaffold import children
from scaffold.errors import ExitCode, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NEEDED = "install git 2.38 or newer (https://git-scm.com/downloads)"
TIMED_OUT = 124  # as timeout(1) says it
HARMLESS = (f"core.hooksPath={os.devnull}", "core.fsmonitor=false", "submodule.recurse=false")
QUIET = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}


class GitError(ScaffoldError):
    """Git ended with an exit code that was not expected; `status` is that code."""

    def __init__(self, command: str, status: int, complaint: str) -> None:
        lines = complaint.strip().splitlines() or [f"exit code {status}"]
        super().__init__(f"git {command}: {lines[-1].removeprefix('fatal: ')}", code=ExitCode.SURROUNDINGS)
        self.status = status


def run_git(
    arguments: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    given: bytes = b"",
    accepted: Sequence[int] = (0,),
    seconds: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run `git ARGUMENTS`; GitError for an exit code that is not `accepted`, and after `seconds`.

    ScaffoldError with exit code 4 where there is no git.
    """
    command = ["git", *arguments]
    try:
        done = children.run(command, cwd=cwd, environment=environment, given=given, seconds=seconds)
    except subprocess.TimeoutExpired as error:
        raise GitError(_name(arguments), TIMED_OUT, f"no answer within {seconds:g} s") from error
    except FileNotFoundError as error:
        raise ScaffoldError("there is no `git` on PATH", hint=NEEDED, code=ExitCode.MISSING_TOOL) from error
    if done.returncode not in accepted:
        raise GitError(_name(arguments), done.returncode, done.stderr.decode(errors="replace"))
    return done


def call(
    *arguments: str,
    cwd: Path,
    settings: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    given: bytes = b"",
    accepted: Sequence[int] = (0,),
    seconds: float | None = None,
) -> bytes:
    """Output of `git ARGUMENTS` in a foreign repository; `settings` (`key=value`) win over its configuration.

    GitError after `seconds`. Of git's own variables only those that tell where a person's configuration is
    are taken over.
    """
    surroundings = {key: value for key, value in os.environ.items() if _is_kept(key)}
    options = [part for setting in (*HARMLESS, *settings) for part in ("-c", setting)]
    full = {**surroundings, **QUIET, **(environment or {})}
    done = run_git(
        [*options, *arguments], cwd=cwd, environment=full, given=given, accepted=accepted, seconds=seconds
    )
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


def _is_kept(key: str) -> bool:
    return not key.startswith("GIT_") or (key.startswith("GIT_CONFIG_") and key != "GIT_CONFIG_PARAMETERS")


def _name(arguments: Sequence[str]) -> str:
    """The command among `arguments`, which may begin with `-c key=value`."""
    return next(a for before, a in zip(("", *arguments), arguments, strict=False) if "-c" not in {a, before})
