"""Releases of a template, as its repository lists them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from scaffold import clone
from scaffold.errors import ScaffoldError
from scaffold.gitcommand import HARMLESS, run_git

PATIENCE = 10.0
DESCRIBED = re.compile(r"-\d+-g[0-9a-f]{4,}\Z")


def newest(template: str) -> str | None:
    """The newest release of the template, asked of its repository; None if it has none.

    ScaffoldError if the repository cannot be asked within ten seconds.
    """
    return clone.newest(tags(template))


def tags(template: str, seconds: float = PATIENCE) -> list[str]:
    """Every tag of the template's repository; ScaffoldError if it does not answer within `seconds`."""
    address, local = clone.locate(template)
    if (
        local is not None
        and local.is_dir()
        and not (local / ".git").exists()
        and not (local / "HEAD").is_file()
    ):
        raise ScaffoldError(f"`{template}` is no git repository")
    options = [part for setting in HARMLESS for part in ("-c", setting)]
    surroundings = {
        **os.environ,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        "LC_ALL": "C",
    }
    listed = run_git(
        [*options, "ls-remote", "--tags", "--refs", "--", address],
        cwd=Path("/"),
        environment=surroundings,
        seconds=seconds,
    )
    lines = listed.stdout.decode(errors="replace").splitlines()
    return [line.partition("refs/tags/")[2] for line in lines]


def is_newer(release: str | None, version: str) -> bool:
    """Whether `release` comes after `version`, a tag or what `git describe` makes of a commit."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 only where versions are compared

    try:
        return release is not None and Version(release) > Version(DESCRIBED.sub("", version))
    except InvalidVersion:
        return False
