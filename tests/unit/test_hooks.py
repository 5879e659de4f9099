"""The hooks of this repository, each run alone on a small project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold import hooks
from tests.support.repository import ROOT, git
from tests.unit.conftest import write

LOCK, FORMAT, GIT = hooks.found(ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {".copier-answers.yml": "stack: python-fastapi\n", ".env.example": "A=1\n", "a.txt": "a\n"}
    return write(tmp_path / "outside/project", files)


def run(hook: Path, *arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable if hook.suffix == ".py" else "/bin/sh", str(hook), *map(str, arguments)]
    surroundings = {
        "HOME": "/nonexistent",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PATH": os.environ["PATH"],
        **variables,
    }
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)


def test_they_run_in_this_order_and_are_executable() -> None:
    assert [hooks.name(hook) for hook in hooks.found(ROOT)] == ["lock", "format", "git"]
    assert all(os.access(hook, os.X_OK) for hook in hooks.found(ROOT))


def test_a_first_commit_holds_every_file(project: Path, tmp_path: Path) -> None:
    ignores = write(tmp_path, {"ignore": ".env*\n"}) / "ignore"
    config = write(tmp_path, {"gitconfig": f"[core]\nexcludesFile = {ignores}\n"}) / "gitconfig"
    assert run(GIT, project, GIT_CONFIG_GLOBAL=str(config)).returncode == 0
    assert git(project, "ls-files").split() == [".copier-answers.yml", ".env.example", "a.txt"]
    assert git(project, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    assert git(project, "status", "--porcelain") == ""


def test_a_commit_copes_with_signing_and_failing_git_hooks(project: Path, tmp_path: Path) -> None:
    write(tmp_path, {"githooks/pre-commit": "#!/bin/sh\nexit 1\n"})
    (tmp_path / "githooks/pre-commit").chmod(0o755)
    config = write(
        tmp_path,
        {
            "gitconfig": "[commit]\ngpgSign = true\n[gpg]\nprogram = /bin/false\n"
            f"[core]\nhooksPath = {tmp_path}/githooks\n[user]\nname = Ada\nemail = ada@example.com\n"
        },
    )
    assert run(GIT, project, GIT_CONFIG_GLOBAL=str(config / "gitconfig")).returncode == 0
    assert git(project, "log", "--format=%an %ae") == "Ada ada@example.com\n"


def test_a_project_inside_a_repository_is_left_to_it(project: Path) -> None:
    git(project.parent, "init", "--quiet")
    done = run(GIT, project)
    assert done.returncode == 3
    assert f"it lies in the git repository {project.parent}" in done.stderr
    assert not (project / ".git").exists()


def test_an_ignored_folder_of_a_repository_gets_its_own(project: Path) -> None:
    git(project.parent, "init", "--quiet")
    write(project.parent, {".gitignore": "/project/\n"})
    assert run(GIT, project).returncode == 0
    assert (project / ".git").is_dir()


def test_a_git_that_calls_does_not_confuse(project: Path, tmp_path: Path) -> None:
    assert (
        run(GIT, project, GIT_DIR=str(tmp_path / "other"), GIT_INDEX_FILE=str(tmp_path / "index")).returncode
        == 0
    )
    assert (project / ".git").is_dir()
    assert not (tmp_path / "other").exists()


def test_without_git_it_says_how_to_get_it(project: Path, tmp_path: Path) -> None:
    done = run(GIT, project, PATH=str(tmp_path))
    assert done.returncode == 4
    assert done.stderr == (
        "git is not on PATH\nhint: install git, then run: git init && git add --all && git commit\n"
    )


@pytest.mark.parametrize("hook", [LOCK, FORMAT], ids=hooks.name)
def test_a_missing_tool_is_named_with_the_way_to_get_it(project: Path, tmp_path: Path, hook: Path) -> None:
    done = run(hook, project, PATH=str(tmp_path))
    assert done.returncode == 4
    assert done.stderr.startswith("`uv` is not on PATH\nhint: ")


@pytest.mark.parametrize(("hook", "words"), [(LOCK, "lock"), (FORMAT, "ruff format")], ids=["lock", "format"])
def test_the_languages_own_command_runs_in_the_project(
    project: Path, tmp_path: Path, hook: Path, words: str
) -> None:
    tools = write(
        tmp_path / "tools",
        {"uv": f'#!/bin/sh\necho "$@" > "{tmp_path}/called"; /bin/pwd >> "{tmp_path}/called"\n'},
    )
    (tools / "uv").chmod(0o755)
    assert run(hook, project, PATH=str(tools)).returncode == 0
    called = (tmp_path / "called").read_text()
    assert words in called
    assert called.endswith(f"{project}\n")


def test_a_command_that_fails_is_named(project: Path, tmp_path: Path) -> None:
    tools = write(tmp_path / "tools", {"uv": "#!/bin/sh\nexit 7\n"})
    (tools / "uv").chmod(0o755)
    done = run(LOCK, project, PATH=str(tools))
    assert done.returncode == 7
    assert done.stderr == "`uv lock` ended with 7\nhint: run it in the project to see why\n"


def test_a_hook_without_a_project_says_so() -> None:
    done = run(LOCK)
    assert done.returncode == 4
    assert "give it as the only argument" in done.stderr
