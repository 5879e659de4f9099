"""`scaffold diff` tells what would change and what was changed, and changes nothing itself."""

import json
from pathlib import Path

import pytest

from tests.support.repository import git
from tests.update.projects import Releases, committed, edit, scaffold, state, update


@pytest.fixture
def project(small: Releases, tmp_path: Path) -> Path:
    """A project with an edited line, a new file and a renamed one."""
    project = small.project(tmp_path / "project")
    edit(project, "src/app.txt", "app 2\n", "app two, mine\n")
    (project / "own.txt").write_text("mine\n")
    (project / "src/quiet.txt").rename(project / "src/silent.txt")
    return committed(project)


def diff(project: Path, *arguments: str, code: int = 0) -> str:
    """What standard output says; the project must stay as it is."""
    before = state(project)
    result = scaffold("diff", project, *arguments)
    assert (result.code, state(project)) == (code, before), result
    return result.out


def test_the_patch_of_an_update(project: Path) -> None:
    patch = diff(project)
    assert patch == json.loads(update(project, "--dry-run", "--json").out)["patch"]
    assert "+app ten, as the template now says\n" in patch
    assert "mine" not in "".join(line for line in patch.splitlines() if line.startswith(("+", "-")))


def test_the_patch_applies_by_git(project: Path, tmp_path: Path) -> None:
    (tmp_path / "patch").write_text(diff(project))
    git(project, "apply", str(tmp_path / "patch"))
    mine = state(project)[0]
    git(project, "reset", "--hard", "--quiet")
    git(project, "clean", "-fdq")
    assert update(project).code == 0
    assert state(project)[0] == mine


def test_the_patch_of_what_was_changed_here(project: Path) -> None:
    patch = diff(project, "--own")
    assert "-app 2\n+app two, mine\n" in patch
    assert "rename from src/quiet.txt\nrename to src/silent.txt\n" in patch
    assert "app ten" not in patch


def test_summaries(project: Path) -> None:
    assert diff(project, "--own", "--summary").splitlines() == [
        "  added     own.txt",
        "  modified  src/app.txt",
        "  renamed   src/quiet.txt -> src/silent.txt",
    ]
    assert "  added     fresh/added.txt" in diff(project, "--summary").splitlines()


def test_json(project: Path) -> None:
    own = json.loads(diff(project, "--own", "--json"))
    assert own["version"] == "v0.1.0"
    assert {"action": "renamed", "path": "src/silent.txt", "from": "src/quiet.txt"} in own["changes"]
    coming = json.loads(diff(project, "--json"))
    assert (coming["from"], coming["to"], coming["conflicts"]) == ("v0.1.0", "v0.2.0", [])


def test_exit_codes(small: Releases, project: Path, tmp_path: Path) -> None:
    assert diff(project, "--exit-code", code=5)
    assert diff(project, "--own", "--exit-code", code=5)
    untouched = small.project(tmp_path / "untouched")
    assert diff(untouched, "--own", "--exit-code") == ""
    assert diff(untouched, "--to", "v0.1.0", "--exit-code") == ""


def test_conflicts_to_expect_are_named(project: Path) -> None:
    edit(project, "src/app.txt", "app 10\n", "app ten, mine\n")
    committed(project)
    result = scaffold("diff", project)
    assert result.code == 0
    assert "conflict: `src/app.txt`: the project and the template changed the same lines" in result.err
    assert json.loads(diff(project, "--json"))["conflicts"][0]["hunks"][0]["line"] == 10


@pytest.mark.parametrize("flags", [[], ["--own"]])
def test_what_is_not_committed_is_left_out_and_said(project: Path, flags: list[str]) -> None:
    edit(project, "src/app.txt", "app 3\n", "app three, mine\n")
    result = scaffold("diff", project, *flags)
    assert (result.code, "not committed are left out" in result.err) == (0, True)
    assert "app three" not in result.out


def test_own_excludes_a_version(project: Path) -> None:
    result = scaffold("diff", project, "--own", "--to", "v0.2.0")
    assert (result.code, "drop one" in result.err) == (2, True)
