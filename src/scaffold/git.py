"""Runs git so that no surroundings and no foreign repository make it do more than asked."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from scaffold import children
from scaffold.errors import ExitCode, ScaffoldError

if TYPE_CHECKING:
    from pathlib import Path

HARDENED = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "submodule.recurse=false",
    "-c",
    "advice.detachedHead=false",
)
PROTOCOLS = "file:git:http:https:ssh"
# Set while git itself runs a command (a hook, an alias); they would point git at another repository.
LOCATION = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
)


class GitError(Exception):
    """git refused; the message is its own last line."""


def run(*arguments: str, cwd: Path | None = None, seconds: float | None = None) -> str:
    """Standard output of `git ARGUMENTS`; GitError if it fails or takes longer, ScaffoldError without git."""
    surroundings = {name: value for name, value in os.environ.items() if name not in LOCATION}
    command = ["git", *HARDENED, *arguments]
    surroundings |= {"GIT_ALLOW_PROTOCOL": PROTOCOLS, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = children.run(command, cwd=cwd, environment=surroundings, seconds=seconds)
    except subprocess.TimeoutExpired as error:
        raise GitError(f"no answer within {seconds:g} s") from error
    except FileNotFoundError as error:
        raise ScaffoldError(
            "there is no `git` on PATH",
            hint="install git (https://git-scm.com/downloads)",
            code=ExitCode.MISSING_TOOL,
        ) from error
    if done.returncode:
        complaint = done.stderr.decode(errors="replace").strip() or f"git ended with {done.returncode}"
        raise GitError(complaint.splitlines()[-1].removeprefix("fatal: "))
    return done.stdout.decode()
