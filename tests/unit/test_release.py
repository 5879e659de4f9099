"""A release is refused while it cannot be made, and tells what changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.release import REFUSED, added, former, notes, refusals
from tests.support.repository import ROOT, commit, git, repository


def project(url: str, version: str = "1.2.0") -> dict[str, object]:
    return {"version": version, "urls": {"Repository": url}}


@pytest.mark.parametrize("host", ["git.example.com", "example.org", "scaffold.invalid", "localhost"])
def test_a_release_is_refused_while_its_address_is_reserved(host: str) -> None:
    (refusal,) = refusals(project(f"https://{host}/platform/scaffold"), [])
    assert f"`{host}`" in refusal


def test_a_version_is_released_once() -> None:
    published = project("https://forge.acme.dev/platform/scaffold")
    assert refusals(published, ["v1.1.0"]) == []
    assert "`v1.2.0`" in refusals(published, ["v1.2.0"])[0]


@pytest.fixture
def changes(tmp_path: Path) -> Path:
    """A repository that has told two changes."""
    folder = tmp_path / "changelog.d"
    folder.mkdir()
    (folder / "0002-b.md").write_text("Second.\n")
    (folder / "0001-a.md").write_text("First.\n\n")
    return repository(tmp_path)


def test_the_notes_of_a_first_release_are_all_changes_in_order(changes: Path) -> None:
    assert notes(added(changes, former([]))) == "First.\n\nSecond.\n"


def test_the_notes_of_the_next_release_are_what_was_added_since(changes: Path) -> None:
    git(changes, "tag", "v1.0.0")
    folder = changes / "changelog.d"
    (folder / "0001-c.md").write_text("Third.\n")
    (folder / "0002-b.md").write_text("Second, better said.\n")
    commit(changes, "Change more")
    assert notes(added(changes, former(["v1.0.0"]))) == "Third.\n"


def test_the_former_release_is_the_newest_by_number() -> None:
    tags = ["v1.9.0", "1.10.0", "v1.2.0", "v2.0.0-rc.1", "nightly"]
    assert former(tags) == "1.10.0"
    assert former(["nightly"]) is None


def test_this_repository_cannot_be_released_under_its_reserved_name() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "release.py")]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode == REFUSED
    assert "git.example.com" in result.stderr
    assert result.stdout == ""
