"""A conflict that is wanted in the working tree, or on a branch, is there as git leaves its own."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scaffold import indexlock
from scaffold.journal import Journal
from tests.support.repository import git
from tests.update.projects import Releases, committed, edit, state, tree, update
from tests.update.test_kill import POINTS, dies_at

MINE, THEIRS = "app ten, mine", "app ten, as the template now says"


@pytest.fixture
def project(small: Releases, tmp_path: Path) -> Path:
    """A project whose edit of one line is in conflict, and whose deleted-there file is edited too."""
    project = small.project(tmp_path / "project")
    edit(project, "src/app.txt", "app 10\n", f"{MINE}\n")
    edit(project, "leaving/it.txt", "leaving 2\n", "mine\n")
    (project / "own.txt").write_text("mine\n")
    return committed(project)


def test_hunks_are_listed_with_both_sides(project: Path) -> None:
    result = update(project)
    assert result.code == 3
    assert f"    project  | {MINE}\n    template | {THEIRS}\n" in result.err
    assert "  line 10\n" in result.err
    found = json.loads(update(project, "--json").out)
    hunks = {conflict["path"]: conflict["hunks"] for conflict in found["conflicts"]}
    assert hunks["src/app.txt"] == [{"line": 10, "project": f"{MINE}\n", "template": f"{THEIRS}\n"}]
    assert hunks["leaving/it.txt"] == []


def test_markers_stand_in_the_tree_and_the_index_is_unmerged(project: Path) -> None:
    result = update(project, "--on-conflict", "markers")
    assert result.code == 3, result
    assert "git reset --merge" in result.err
    text = (project / "src/app.txt").read_text()
    assert f"<<<<<<< project\n{MINE}\n=======\n{THEIRS}\n>>>>>>> template\n" in text
    status = git(project, "status", "--porcelain").splitlines()
    assert {"UU src/app.txt", "UD leaving/it.txt", "A  fresh/added.txt"} <= set(status)
    assert not [line for line in status if line.startswith(("??", " "))]
    assert git(project, "show", ":1:src/app.txt").splitlines()[9] == "app 10"
    assert git(project, "show", ":2:src/app.txt").splitlines()[9] == MINE
    assert git(project, "show", ":3:src/app.txt").splitlines()[9] == THEIRS


def test_git_takes_marked_conflicts_back(project: Path) -> None:
    before = tree(project)
    (project / "debug.log").write_text("ignored\n")
    update(project, "--on-conflict", "markers")
    git(project, "reset", "--merge")
    assert (project / "debug.log").read_text() == "ignored\n"
    (project / "debug.log").unlink()
    assert (tree(project), git(project, "status", "--porcelain")) == (before, "")


def test_git_s_mergetool_works_on_marked_conflicts(project: Path) -> None:
    update(project, "--on-conflict", "markers")
    tool = ["-c", "mergetool.mine.cmd=cp $REMOTE $MERGED", "-c", "mergetool.mine.trustExitCode=true"]
    subprocess.run(
        ["git", *tool, "mergetool", "--no-prompt", "--tool=mine", "src/app.txt"],
        cwd=project,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        check=True,
        capture_output=True,
    )
    assert THEIRS in (project / "src/app.txt").read_text()
    assert "M  src/app.txt" in git(project, "status", "--porcelain").splitlines()


def test_solved_conflicts_are_committed_and_the_next_update_has_nothing_to_do(project: Path) -> None:
    update(project, "--on-conflict", "markers")
    (project / "src/app.txt").write_text("solved\n")
    git(project, "rm", "--quiet", "leaving/it.txt")
    committed(project)
    result = update(project)
    assert (result.code, "nothing to do" in result.out) == (0, True)
    assert (project / "src/app.txt").read_text() == "solved\n"


def test_a_branch_holds_the_marks_and_says_so(project: Path) -> None:
    before, (files, kept, status) = git(project, "rev-parse", "HEAD"), state(project)
    result = update(project, "--on-conflict", "branch", "--json")
    facts = json.loads(result.out)
    assert (result.code, facts["applied"], facts["branch"]) == (3, "branch", "scaffold/update-v0.2.0")
    after = state(project)
    refs = set(after[1].keys() ^ kept.keys())  # type: ignore[attr-defined]
    assert (after[0], after[2]) == (files, status)
    assert all("scaffold" in path.parts or path.name.startswith("scaffold") for path in refs)
    assert git(project, "rev-parse", f"{facts['branch']}^") == before
    message = git(project, "log", "-1", "--format=%B", facts["branch"])
    assert message.startswith("Update the template from v0.1.0 to v0.2.0\n\nNot to be merged as it is")
    assert "- src/app.txt: the project and the template changed the same lines (marked)" in message
    assert "- leaving/it.txt: it is deleted in the template, and changed in the project (without" in message
    assert f"<<<<<<< project\n{MINE}" in git(project, "show", f"{facts['branch']}:src/app.txt")
    assert git(project, "show", f"{facts['branch']}:own.txt") == "mine\n"
    git(project, "fsck", "--strict")


def test_a_branch_that_is_there_is_not_moved(project: Path) -> None:
    git(project, "branch", "scaffold/update-v0.2.0")
    before = state(project)
    result = update(project, "--on-conflict", "branch")
    assert (result.code, "there is a branch" in result.err) == (3, True)
    assert state(project) == before


def test_a_branch_of_a_project_in_a_folder_holds_the_whole_repository(
    small: Releases, tmp_path: Path
) -> None:
    project = small.project(tmp_path / "whole/services/tea")
    shutil.rmtree(project / ".git")
    (tmp_path / "whole/other.txt").write_text("other\n")
    git(tmp_path / "whole", "init", "--quiet")
    edit(project, "src/app.txt", "app 10\n", f"{MINE}\n")
    committed(tmp_path / "whole")
    update(project, "--on-conflict", "branch")
    names = git(tmp_path / "whole", "ls-tree", "-r", "--name-only", "scaffold/update-v0.2.0").splitlines()
    assert {"other.txt", "services/tea/fresh/added.txt"} <= set(names)
    update(project, "--on-conflict", "markers")
    assert "UU services/tea/src/app.txt" in git(tmp_path / "whole", "status", "--porcelain").splitlines()


@pytest.mark.parametrize("way", ["markers", "branch"])
def test_without_a_conflict_the_working_tree_changes_as_ever(
    small: Releases, tmp_path: Path, way: str
) -> None:
    project = small.project(tmp_path / "project")
    assert update(project, "--on-conflict", way).code == 0
    assert tree(project) == tree(small.fresh("v0.2.0"))
    assert not git(project, "diff", "--cached")


def test_an_obstacle_is_no_conflict_that_could_be_marked(small: Releases, tmp_path: Path) -> None:
    project = small.project(tmp_path / "project")
    (project / ".git/info").mkdir(exist_ok=True)
    (project / ".git/info/exclude").write_text("fresh\n")
    (project / "fresh").write_text("mine\n")
    before = state(project)
    result = update(project, "--on-conflict", "markers")
    assert (result.code, "nothing was changed" in result.err) == (3, True)
    assert state(project) == before


def test_an_index_that_git_has_locked_is_left_alone(project: Path) -> None:
    (project / ".git/index.lock").touch()
    before = state(project)
    result = update(project, "--on-conflict", "markers")
    assert (result.code, "git is at work" in result.err) == (3, True)
    assert state(project) == before


def test_a_kill_while_marks_are_written_is_put_right(project: Path, tmp_path: Path) -> None:
    old = (tree(project), git(project, "ls-files", "--stage"))
    done = Path(shutil.copytree(project, tmp_path / "done", symlinks=True))
    update(done, "--on-conflict", "markers")
    new = (tree(done), git(done, "ls-files", "--stage"))
    seen, between = 0, 0
    for number in range(0, 4 * POINTS, 7):
        cut = Path(shutil.copytree(project, tmp_path / f"cut-{number}", symlinks=True))

        def work(cut: Path = cut) -> object:
            return update(cut, "--on-conflict", "markers")

        if not dies_at(number, work, cut):
            break
        between += (tree(cut), git(cut, "ls-files", "--stage")) not in (old, new)
        Journal(cut, cut / ".git", git(cut, "rev-parse", "HEAD").strip()).undo()
        assert (tree(cut), git(cut, "ls-files", "--stage")) in (old, new)
        assert not (cut / ".git" / indexlock.NAME).exists()
        seen += 1
    assert seen > 5
    assert between > 0
