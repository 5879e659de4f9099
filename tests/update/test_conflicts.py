"""What cannot be brought together is reported, and then nothing has changed."""

import json
from pathlib import Path

import pytest

from tests.support.repository import git
from tests.update.projects import Releases, Result, committed, edit, state, update


@pytest.fixture
def project(small: Releases, tmp_path: Path) -> Path:
    return small.project(tmp_path / "project")


def conflicts(project: Path) -> dict[str, str]:
    """Reasons by path; an update that changed anything fails the test."""
    before = state(project)
    result = update(project, "--json")
    assert (result.code, state(project) == before) == (3, True), result
    facts = json.loads(result.out)
    assert facts["status"] == "conflict"
    return {conflict["path"]: conflict["reason"] for conflict in facts["conflicts"]}


def test_the_same_line_changed_twice(project: Path) -> None:
    edit(project, "src/app.txt", "app 10\n", "app ten, mine\n")
    assert "same lines" in conflicts(committed(project))["src/app.txt"]


def test_a_conflict_in_a_file_whose_name_is_a_pattern(project: Path) -> None:
    edit(project, "src/app.txt", "app 10\n", "app ten, mine\n")
    (project / "src/app.txt").rename(project / ":(glob)*")
    assert "same lines" in conflicts(committed(project))[":(glob)*"]


def test_people_are_told_which_files_and_what_to_do(project: Path) -> None:
    edit(project, "src/app.txt", "app 10\n", "app ten, mine\n")
    result: Result = update(committed(project))
    assert (result.code, result.out) == (3, "")
    said = result.err.splitlines()
    assert "conflict: `src/app.txt`: the project and the template changed the same lines" in said
    assert "error: v0.1.0 -> v0.2.0 has conflicts in 1 file; nothing was changed" in said
    assert said[-1].startswith("hint: ")


def test_a_dry_run_of_a_conflict_shows_both_sides(project: Path) -> None:
    edit(project, "src/app.txt", "app 10\n", "app ten, mine\n")
    result = update(committed(project), "--dry-run")
    assert result.code == 3
    assert "app ten, mine" in result.out
    assert "app ten, as the template now says" in result.out


def test_an_edited_file_that_the_template_deleted(project: Path) -> None:
    edit(project, "leaving/it.txt", "leaving 2\n", "mine\n")
    assert "deleted in the template" in conflicts(committed(project))["leaving/it.txt"]


def test_an_edited_binary_file_that_the_template_changed(small: Releases, project: Path) -> None:
    (project / "run.sh").write_bytes(b"\0mine")
    assert conflicts(committed(project)).keys() == {"run.sh"}


def test_a_file_whose_attributes_forbid_a_merge(project: Path) -> None:
    with (project / ".gitattributes").open("a") as attributes:
        attributes.write("src/app.txt -merge\n")
    edit(project, "src/app.txt", "app 18\n", "mine, far away\n")
    assert conflicts(committed(project)).keys() == {"src/app.txt"}


def test_a_file_that_both_added(project: Path) -> None:
    (project / "fresh").mkdir()
    (project / "fresh/added.txt").write_text("mine\n")
    assert conflicts(committed(project)).keys() == {"fresh/added.txt"}


def test_a_file_that_both_renamed(project: Path) -> None:
    (project / "src/old name.txt").rename(project / "src/other name.txt")
    assert any("renamed to" in reason for reason in conflicts(committed(project)).values())


def test_a_file_where_the_template_has_a_folder(project: Path) -> None:
    (project / "fresh").write_text("mine\n")
    assert conflicts(committed(project))


def test_a_link_where_the_template_has_a_folder(project: Path) -> None:
    (project / "fresh").symlink_to("src")
    assert conflicts(committed(project))


def test_a_file_turned_to_crlf_that_the_template_changed(project: Path) -> None:
    path = project / "src/app.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert conflicts(committed(project)).keys() == {"src/app.txt"}


def ignore(project: Path, pattern: str) -> None:
    (project / ".git/info").mkdir(exist_ok=True)
    (project / ".git/info/exclude").write_text(f"{pattern}\n")


def test_an_ignored_file_that_the_update_would_overwrite(project: Path) -> None:
    ignore(project, "fresh/")
    (project / "fresh").mkdir()
    (project / "fresh/added.txt").write_text("mine\n")
    assert "git does not keep" in conflicts(project)["fresh/added.txt"]


def test_an_ignored_file_where_the_update_needs_a_folder(project: Path) -> None:
    ignore(project, "fresh")
    (project / "fresh").write_text("mine\n")
    assert "`fresh` is not a folder" in conflicts(project)["fresh/added.txt"]


def test_an_ignored_link_is_not_followed_out_of_the_project(project: Path, tmp_path: Path) -> None:
    ignore(project, "fresh")
    (tmp_path / "outside").mkdir()
    (project / "fresh").symlink_to(tmp_path / "outside")
    assert "`fresh` is not a folder" in conflicts(project)["fresh/added.txt"]
    assert not list((tmp_path / "outside").iterdir())


def test_an_ignored_folder_where_the_update_needs_a_file(project: Path) -> None:
    ignore(project, "added.txt")
    (project / "fresh/added.txt").mkdir(parents=True)
    (project / "fresh/added.txt/mine").write_text("mine\n")
    assert "`fresh/added.txt/mine` is in the way" in conflicts(project)["fresh/added.txt"]


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_an_edit_that_git_was_told_to_overlook(project: Path, flag: str) -> None:
    git(project, "update-index", flag, "src/app.txt")
    edit(project, "src/app.txt", "app 2\n", "mine\n")
    assert "told not to look" in conflicts(project)["src/app.txt"]


def test_a_file_missing_from_a_sparse_working_tree(project: Path) -> None:
    git(project, "update-index", "--skip-worktree", "src/app.txt")
    (project / "src/app.txt").unlink()
    assert "src/app.txt" in conflicts(project)


def test_a_submodule_where_the_template_has_a_file(project: Path) -> None:
    name = git(project, "rev-parse", "HEAD").strip()
    git(project, "update-index", "--add", "--cacheinfo", f"160000,{name},fresh")
    git(project, "commit", "-qm", "Work")
    (project / "fresh").mkdir()
    assert conflicts(project)
