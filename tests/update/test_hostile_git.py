"""Nothing that a project's git configuration names is executed, and none of it changes the result."""

from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from tests.support.repository import commit, git
from tests.update.projects import NEW, Releases, edit, tree, update

HOOKS = [
    "pre-commit",
    "post-checkout",
    "post-merge",
    "post-index-change",
    "reference-transaction",
    "pre-merge-commit",
]


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a mark beside itself."""
    path = tmp_path / "trap"
    path.write_text('#!/bin/sh\ntouch "$0.sprung"\ncat\n')
    path.chmod(0o755)
    return path


def sprung(trap: Path) -> bool:
    return trap.with_name("trap.sprung").exists()


@pytest.fixture
def project(small: Releases, tmp_path: Path, trap: Path) -> Path:
    """A project whose configuration names the trap wherever git takes a program."""
    return armed(small.project(tmp_path / "project"), trap)


def armed(project: Path, trap: Path) -> Path:
    attributes = project / ".gitattributes"
    attributes.write_text(attributes.read_text() + "* filter=evil merge=evil diff=evil\n")
    commit(project, "Work")
    for hook in HOOKS:
        (project / ".git/hooks").mkdir(exist_ok=True)
        (project / f".git/hooks/{hook}").symlink_to(trap)
    for key in (
        *(
            "core.fsmonitor",
            "filter.evil.clean",
            "filter.evil.smudge",
            "filter.evil.process",
            "diff.evil.textconv",
        ),
        *(
            "diff.evil.command",
            "diff.external",
            "merge.evil.driver",
            "core.pager",
            "core.editor",
            "gpg.program",
        ),
        *(
            "core.sshCommand",
            "core.askPass",
            "credential.helper",
            "core.alternateRefsCommand",
            "interactive.diffFilter",
        ),
    ):
        git(project, "config", key, str(trap))
    for key in ("commit.gpgSign", "filter.evil.required", "merge.renormalize"):
        git(project, "config", key, "true")
    for path in project.rglob("*.txt"):
        path.touch()  # git has to read them again to see that they are what was committed
    return project


def test_the_trap_works(project: Path, trap: Path) -> None:
    with suppress(CalledProcessError):
        git(project, "status")
    assert sprung(trap)


def test_no_program_of_the_configuration_runs(small: Releases, project: Path, trap: Path) -> None:
    result = update(project)
    assert (result.code, sprung(trap)) == (0, False), result
    mine, fresh = tree(project), tree(small.fresh(NEW))
    assert {path for path in mine.keys() | fresh.keys() if mine.get(path) != fresh.get(path)} == {
        ".gitattributes"
    }


def test_no_program_runs_in_a_preview(project: Path, trap: Path) -> None:
    assert update(project, "--dry-run").code == 0
    assert not sprung(trap)


def test_no_program_runs_in_a_conflict(small: Releases, tmp_path: Path, trap: Path) -> None:
    project = small.project(tmp_path / "project")
    edit(project, "src/app.txt", "app 10\n", "mine\n")
    assert update(armed(project, trap), "--dry-run").code == 3
    assert not sprung(trap)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("merge.renames", "false"),
        ("diff.renames", "false"),
        ("merge.directoryRenames", "false"),
        ("merge.default", "union"),
        ("core.attributesFile", "/dev/null"),
        ("core.quotePath", "true"),
        ("status.renames", "copies"),
        ("core.untrackedCache", "true"),
        ("merge.conflictStyle", "diff3"),
        ("diff.noprefix", "true"),
        ("color.ui", "always"),
        ("column.ui", "always"),
        ("core.abbrev", "4"),
        ("core.fileMode", "true"),
        ("status.short", "true"),
        ("status.branch", "true"),
        ("submodule.recurse", "true"),
    ],
)
def test_settings_of_taste_change_nothing(small: Releases, tmp_path: Path, key: str, value: str) -> None:
    project = small.project(tmp_path / "project")
    git(project, "config", key, value)
    assert update(project).code == 0
    assert tree(project) == tree(small.fresh(NEW))


def test_a_working_tree_elsewhere_is_refused(small: Releases, tmp_path: Path) -> None:
    project = small.project(tmp_path / "project")
    (tmp_path / "elsewhere").mkdir()
    git(project, "config", "core.worktree", str(tmp_path / "elsewhere"))
    result = update(project)
    assert (result.code, "Traceback" in result.err) == (2, False), result
    assert not list((tmp_path / "elsewhere").iterdir())


def test_variables_of_a_running_hook_do_not_lead_astray(
    small: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, other = small.project(tmp_path / "project"), small.project(tmp_path / "other")
    before = tree(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert update(project).code == 0
    assert (tree(other), tree(project)) == (before, tree(small.fresh(NEW)))


def test_a_worktree_and_a_repository_of_another_format(small: Releases, tmp_path: Path) -> None:
    project = small.project(tmp_path / "project")
    git(project, "worktree", "add", "-q", str(tmp_path / "second"))
    assert update(tmp_path / "second").code == 0
    assert tree(tmp_path / "second").keys() - {".git"} == tree(small.fresh(NEW)).keys()
    assert git(project, "status", "--porcelain") == ""


def test_sha256_repositories(small: Releases, tmp_path: Path) -> None:
    project = small.project(tmp_path / "project")
    (project / ".git").rename(tmp_path / "sha1")
    git(project, "init", "-q", "--object-format=sha256")
    commit(project, "Start")
    assert update(project).code == 0
    assert tree(project) == tree(small.fresh(NEW))
