"""A release is refused while it cannot be made, and tells what changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.release import REFUSED, notes, refusals
from tests.support.repository import ROOT


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


def test_the_notes_are_the_changes_in_order(tmp_path: Path) -> None:
    (tmp_path / "0002-b.md").write_text("Second.\n")
    (tmp_path / "0001-a.md").write_text("First.\n\n")
    assert notes(tmp_path) == "First.\n\nSecond.\n"


def test_this_repository_cannot_be_released_under_its_reserved_name() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "release.py")]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode == REFUSED
    assert "git.example.com" in result.stderr
    assert result.stdout == ""
