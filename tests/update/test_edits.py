"""What people did to their project is still there after an update."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.repository import git
from tests.update.projects import NEW, Releases, committed, edit, tree, update


@pytest.fixture
def project(small: Releases, tmp_path: Path) -> Path:
    return small.project(tmp_path / "project")


def differing(project: Path, fresh: Path) -> set[str]:
    mine, theirs = tree(project), tree(fresh)
    return {path for path in mine.keys() | theirs.keys() if mine.get(path) != theirs.get(path)}


def test_an_unedited_project_equals_a_fresh_one(small: Releases, project: Path) -> None:
    result = update(project)
    assert (result.code, tree(project)) == (0, tree(small.fresh(NEW)))


def test_twice_is_once(small: Releases, project: Path) -> None:
    update(project)
    committed(project)
    result = update(project)
    assert (result.code, git(project, "status", "--porcelain")) == (0, "")
    assert "nothing to do" in result.out
    assert tree(project) == tree(small.fresh(NEW))


def test_only_the_working_tree_changes(project: Path) -> None:
    head, index = git(project, "rev-parse", "HEAD"), (project / ".git/index").read_bytes()
    assert update(project).code == 0
    assert ((project / ".git/index").read_bytes(), git(project, "rev-parse", "HEAD")) == (index, head)
    assert not list((project / ".git").glob("scaffold*"))


def test_lines_near_and_far_are_kept(small: Releases, project: Path) -> None:
    edit(project, "src/app.txt", "app 3\n", "app 3\nmine, far away\n")
    edit(project, "src/app.txt", "app 12\n", "app 12, mine and near\n")
    assert update(committed(project)).code == 0
    text = (project / "src/app.txt").read_text()
    assert "mine, far away" in text
    assert "app 12, mine and near" in text
    assert "app ten, as the template now says" in text
    assert differing(project, small.fresh(NEW)) == {"src/app.txt"}


def test_edits_follow_a_file_that_the_template_renamed(project: Path) -> None:
    edit(project, "src/old name.txt", "moved 4", "moved 4, mine")
    assert update(committed(project)).code == 0
    text = (project / "src/new name.txt").read_text()
    assert "moved 4, mine" in text
    assert "moved fifteen" in text
    assert not (project / "src/old name.txt").exists()


def test_the_template_s_changes_follow_a_file_that_the_project_renamed(project: Path) -> None:
    (project / "src/app.txt").rename(project / "ours.txt")
    assert update(committed(project)).code == 0
    assert "app ten" in (project / "ours.txt").read_text()
    assert not (project / "src/app.txt").exists()


def test_a_file_that_the_project_deleted_stays_deleted(project: Path) -> None:
    (project / "src/app.txt").unlink()
    result = update(committed(project))
    assert result.code == 0
    assert not (project / "src/app.txt").exists()
    assert "src/app.txt (the template changed it, you deleted it)" in result.out


def test_added_files_of_every_kind_are_kept(small: Releases, project: Path) -> None:
    (project / "ä ö\t.txt").write_text("unusual name\n")
    (project / "src/link").symlink_to("app.txt")
    (project / "own/deep").mkdir(parents=True)
    (project / "own/deep/file").write_bytes(b"\0\1\r\n")
    (project / "debug.log").write_text("ignored by git\n")
    committed_before = tree(project)
    git(project, "add", ".")
    git(project, "commit", "-qm", "Work")
    assert update(project).code == 0
    mine = {"ä ö\t.txt", "src/link", "own/deep/file", "debug.log"}
    assert {path: tree(project)[path] for path in mine} == {path: committed_before[path] for path in mine}
    assert differing(project, small.fresh(NEW)) == mine


def test_an_edited_binary_file_is_kept(project: Path) -> None:
    (project / "logo.bin").write_bytes(b"\0mine\xff")
    assert update(committed(project)).code == 0
    assert (project / "logo.bin").read_bytes() == b"\0mine\xff"


def test_executable_bits_of_both_sides_are_kept(project: Path) -> None:
    (project / "src/app.txt").chmod(0o755)
    assert update(committed(project)).code == 0
    assert os.access(project / "src/app.txt", os.X_OK)
    assert os.access(project / "run.sh", os.X_OK)
    assert not os.access(project / "fresh/added.txt", os.X_OK)


def test_a_bit_that_the_project_took_away_stays_away(project: Path) -> None:
    (project / "run.sh").chmod(0o644)
    assert update(committed(project)).code == 0
    assert (project / "run.sh").read_text() == "#!/bin/sh\necho run on\n"
    assert not os.access(project / "run.sh", os.X_OK)


def test_line_ends_by_attribute_are_no_conflict(project: Path) -> None:
    edit(project, "windows.bat", "echo a\r\n", "echo mine\r\necho a\r\n")
    assert update(committed(project)).code == 0
    assert (project / "windows.bat").read_bytes() == b"echo mine\r\necho a\r\necho b\r\necho c\r\n"


def test_a_file_turned_to_crlf_is_kept_where_the_template_did_not_change_it(project: Path) -> None:
    content = (project / "src/quiet.txt").read_bytes().replace(b"\n", b"\r\n")
    (project / "src/quiet.txt").write_bytes(content)
    assert update(committed(project)).code == 0
    assert (project / "src/quiet.txt").read_bytes() == content


def test_line_ends_by_configuration_are_no_conflict(project: Path) -> None:
    git(project, "config", "core.autocrlf", "true")
    git(project, "rm", "-rq", "--cached", ".")
    for path in project.glob("src/*.txt"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    git(project, "add", ".")
    assert update(committed(project)).code == 0
    content = (project / "src/app.txt").read_bytes()
    assert b"app ten, as the template now says\r\napp 11\r\n" in content
    assert content.count(b"\r\n") == content.count(b"\n") == 20


def test_a_file_behind_a_filter_moves_as_it_lies_there(project: Path) -> None:
    with (project / ".gitattributes").open("a") as attributes:
        attributes.write("*.dat filter=upper\n")
    git(project, "config", "filter.upper.clean", "tr a-z A-Z")
    git(project, "config", "filter.upper.smudge", "tr A-Z a-z")
    git(project, "add", "--renormalize", ".")
    git(project, "commit", "-qam", "Work")
    assert git(project, "show", "HEAD:old.dat").startswith("DATA 1\n")
    git(project, "status")
    assert update(project).code == 0
    assert (project / "new.dat").read_text().startswith("data 1\n")
    assert not (project / "old.dat").exists()


def test_built_in_merges_of_the_attributes_are_obeyed(project: Path) -> None:
    with (project / ".gitattributes").open("a") as attributes:
        attributes.write("src/app.txt merge=union\n")
    edit(project, "src/app.txt", "app 10\n", "app ten, mine\n")
    assert update(committed(project)).code == 0
    text = (project / "src/app.txt").read_text()
    assert "app ten, mine\n" in text
    assert "app ten, as the template now says\n" in text


def test_a_submodule_is_left_alone(small: Releases, project: Path) -> None:
    source = str(small.source)
    git(project, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", source, "vendor/tea")
    before = tree(project / "vendor")
    assert update(committed(project)).code == 0
    assert tree(project / "vendor") == before


def test_ignored_files_in_a_folder_that_the_template_left_are_kept(project: Path) -> None:
    (project / "leaving/note.log").write_text("mine\n")
    assert update(project).code == 0
    assert [path.name for path in (project / "leaving").iterdir()] == ["note.log"]


def test_new_files_follow_a_folder_that_the_project_renamed(project: Path) -> None:
    (project / "notes").rename(project / "papers")
    assert update(committed(project)).code == 0
    assert (project / "papers/second.txt").is_file()
    assert not (project / "notes").exists()


def test_an_answer_changes_what_the_new_version_makes(small: Releases, project: Path) -> None:
    assert update(project, "--answer", "extra=[two]", "--answer", "name=coffee").code == 0
    fresh = small.fresh(NEW, {"extra": ["two"], "name": "coffee"}, "coffee")
    assert tree(project) == tree(fresh)


def test_the_newest_release_of_its_own_version_takes_answers_too(small: Releases, project: Path) -> None:
    update(project)
    committed(project)
    assert update(project, "--answer", "extra=[two]").code == 0
    assert tree(project) == tree(small.fresh(NEW, {"extra": ["two"]}, "two"))


def test_a_dry_run_shows_the_patch_and_changes_nothing(project: Path) -> None:
    before = tree(project)
    result = update(project, "--dry-run")
    assert result.code == 0
    assert "+app ten, as the template now says" in result.out
    assert "rename from src/old name.txt" in result.out
    assert tree(project) == before


def test_a_project_in_a_folder_of_a_larger_repository(small: Releases, tmp_path: Path) -> None:
    big = tmp_path / "big repository"
    project = small.project(big / "services/tea shop")
    shutil.rmtree(project / ".git")
    (big / "other.txt").write_text("uncommitted, but not the project's\n")
    git(big, "init", "--quiet")
    git(big, "add", "services")
    git(big, "commit", "-qm", "Start")
    edit(project, "src/app.txt", "app 2\n", "app 2, mine\n")
    git(big, "commit", "-qam", "Work")
    assert update(project).code == 0
    assert differing(project, small.fresh(NEW)) == {"src/app.txt"}
    assert "app 2, mine" in (project / "src/app.txt").read_text()
