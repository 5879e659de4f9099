"""Fleets of real repositories, with real remotes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.repository import git
from tests.update.projects import Releases, Result, committed, edit, scaffold

BRANCH = "scaffold/update"


@dataclass(frozen=True)
class Fleet:
    """Clones in one folder, each with a bare remote in another."""

    releases: Releases
    clones: Path
    remotes: Path

    def add(self, name: str, edits: dict[str, tuple[str, str]] | None = None) -> Path:
        """A clone whose edits are committed and pushed."""
        clone = self.releases.project(self.clones / name)
        for path, (old, new) in (edits or {}).items():
            edit(clone, path, old, new)
        committed(clone)
        remote = self.remote(name)
        git(self.clones, "clone", "--quiet", "--bare", str(clone), str(remote))
        git(clone, "remote", "add", "origin", str(remote))
        return clone

    def remote(self, name: str) -> Path:
        return self.remotes / f"{name}.git"

    def urls(self, *more: str) -> Path:
        """A file with the URL of each remote, and the lines `more`."""
        file = self.clones.parent / "fleet.txt"
        lines = [f"file://{path}" for path in sorted(self.remotes.iterdir())]
        file.write_text("\n".join(["# the fleet", "", *lines, *more, ""]))
        return file


@pytest.fixture
def fleet(small: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """An empty fleet, and caches of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("clones", "remotes"):
        (tmp_path / name).mkdir()
    return Fleet(small, tmp_path / "clones", tmp_path / "remotes")


def ask(command: str, *arguments: str | Path) -> tuple[Result, dict[str, dict[str, Any]]]:
    """What a fleet command said, and its findings by repository."""
    result = scaffold("fleet", command, "--format", "json", "--jobs", "2", *arguments)
    findings = json.loads(result.out) if result.out else []
    return result, {finding["name"]: finding for finding in findings}
