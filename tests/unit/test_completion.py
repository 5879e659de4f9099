"""Completion for bash, zsh and fish: scripts, and values from the catalog."""

import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-c", "import sys; from scaffold.cli import run; sys.exit(run(sys.argv[1:]))"]
VARIABLE = "_SCAFFOLD_COMPLETE"


def completed(words: str, shell: str = "bash") -> str:
    variables = {
        "bash": {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": words},
        "fish": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    surroundings = {**os.environ, **variables, VARIABLE: f"complete_{shell}"}
    return subprocess.run(COMMAND, env=surroundings, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script(shell: str) -> None:
    surroundings = {**os.environ, VARIABLE: f"source_{shell}"}
    done = subprocess.run(COMMAND, env=surroundings, capture_output=True, text=True, check=True)
    assert VARIABLE in done.stdout
    assert "scaffold" in done.stdout


@pytest.mark.parametrize(
    ("shell", "option", "value"),
    [
        ("bash", "--stack", "python-fastapi"),
        ("zsh", "--service", "none"),
        ("fish", "--target", "kubernetes"),
        ("bash", "--ci", "github"),
        ("zsh", "--sample", "orders"),
    ],
)
def test_values_come_from_the_catalog(shell: str, option: str, value: str) -> None:
    assert value in completed(f"scaffold new {option} ", shell)


def test_only_what_was_begun_is_offered() -> None:
    assert completed("scaffold new --service re").split() == ["redis"]


@pytest.mark.parametrize(
    ("begun", "offered"), [("xii-create", ["xii-create-admin"]), ("I,xii-create", ["I,xii-create-admin"])]
)
def test_checks_of_verify_are_completed_also_in_a_list(begun: str, offered: list[str]) -> None:
    assert completed(f"scaffold verify --only {begun}").split() == offered


def test_commands_are_completed() -> None:
    assert {"new", "settings"} <= set(completed("scaffold ").split())


def test_completion_reads_no_heavy_module() -> None:
    code = (
        "import atexit, sys; from scaffold.cli import run;"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); run([])"
    )
    variables = {"COMP_WORDS": "scaffold new --stack ", "COMP_CWORD": "3", VARIABLE: "complete_bash"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "python-fastapi" in done.stdout
    modules = {name.split(".")[0] for name in done.stderr.split()}
    assert modules & {"copier", "jinja2", "questionary", "rich", "jsonschema_rs"} == set()
