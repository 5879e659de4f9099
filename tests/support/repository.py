"""This repository, and clean throw-away copies of it."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_IDENTITY = {
    "GIT_AUTHOR_NAME": "Tests",
    "GIT_AUTHOR_EMAIL": "tests@example.com",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "Tests",
    "GIT_COMMITTER_EMAIL": "tests@example.com",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def git(folder: Path, *arguments: str) -> str:
    """Run git in `folder`, as one person at one time whatever the machine's settings; returns its output."""
    environment = {**os.environ, **_IDENTITY}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def tracked(folder: Path) -> list[str]:
    """Paths that git would commit: tracked and new files, without ignored and deleted ones."""
    listed = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted({path for path in listed if path and (folder / path).is_file()})


def commit(folder: Path, message: str, tag: str | None = None) -> None:
    """Commit everything in `folder`; with `tag`, tag the commit."""
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", message)
    if tag:
        git(folder, "tag", tag)


def repository(folder: Path, tag: str | None = None) -> Path:
    """Make `folder` a repository with one commit of all that it holds."""
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "Start", tag)
    return folder


def working_copy(destination: Path, source: Path = ROOT) -> Path:
    """Copy the working tree of `source`, uncommitted changes included, without its history."""
    for path in tracked(source):
        target = destination / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / path, target)
    return destination
