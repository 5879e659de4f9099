"""Our renderer and `copier copy` give the same bytes and modes, for every combination and hostile answer."""

import functools
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

import pytest
from copier import run_copy

from scaffold import questions, render
from tests.support.combinations import Answers, combinations
from tests.support.hostile import TAKEN
from tests.support.once import once
from tests.support.repository import repository, working_copy
from tests.support.tools import call

TAG = "v99.0.0"
COMBINATIONS = combinations()
# The fewest files that still hold every answer, and those with everything.
PLAIN = {"services": [], "target": "none", "ci": "none", "sample": "none"}
# Each rendering takes one hostile answer to each question.
HOSTILE = [
    {question: value for question, value in zip(TAKEN, values, strict=True) if value is not None}
    for values in zip_longest(*TAKEN.values())
]
IN_FULL = 12
# Every third of them, some sixty answers, is part of `make test`; the rest of `make test-rest`.
FIRST = 3

Files = dict[str, tuple[bytes, bool]]


@pytest.fixture(scope="session")
def released(run: Path) -> Path:
    """A clean copy of this working tree, tagged."""
    return once(run / "released", lambda folder: repository(working_copy(folder), tag=TAG))


@pytest.fixture(scope="session")
def unversioned(run: Path) -> Path:
    """The same without git, which Copier renders twice as fast; nothing but `_commit` differs."""
    return once(run / "unversioned", working_copy)


def files(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o111))
        for path in folder.rglob("*")
        if path.is_file()
    }


@functools.cache
def form(source: Path) -> questions.Form:
    return questions.load(source)


def differences(theirs: Files, ours: Mapping[str, tuple[bytes, bool]]) -> list[str]:
    """Paths that the two do not render alike; empty where all is well."""
    return sorted(path for path in theirs.keys() | ours.keys() if theirs.get(path) != ours.get(path))


def assert_equal(source: Path, folder: Path, answers: Answers, commit: str | None = None) -> None:
    run_copy(str(source), folder, answers, defaults=True, vcs_ref=commit, quiet=True, unsafe=False)
    theirs = files(folder)
    assert "README.md" in theirs
    assert differences(theirs, render.render_here(source, answers, str(source), commit, form(source))) == []


def test_the_template_is_one_that_we_render(released: Path) -> None:
    assert render.supports(released)


@pytest.mark.parametrize("name", COMBINATIONS)
def test_every_combination_equals_copiers(unversioned: Path, tmp_path: Path, name: str) -> None:
    assert_equal(unversioned, tmp_path / "project", COMBINATIONS[name])


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=[pytest.mark.rest] if number % FIRST else [])
        for number in range(len(HOSTILE))
    ],
)
def test_every_hostile_answer_equals_copiers(unversioned: Path, tmp_path: Path, number: int) -> None:
    chosen = {} if number % IN_FULL == 0 else PLAIN
    answers = {"project_name": "demo-svc", **chosen, **HOSTILE[number]}
    assert_equal(unversioned, tmp_path / "project", answers)


@pytest.mark.parametrize("services", [[], ["redis", "postgres"]])
def test_a_release_is_recorded_as_copier_does(released: Path, tmp_path: Path, services: list[str]) -> None:
    answers = {"project_name": "demo-svc", "services": services}
    assert_equal(released, tmp_path / "project", answers, TAG)


def test_the_command_line_of_both_gives_the_same_project(released: Path, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    flags = ("--template", str(released), "--no-hooks", "--service", "redis", "--into", str(ours))
    assert call("scaffold", "new", "demo-svc", *flags).returncode == 0
    data = ("-d", "project_name=demo-svc", "-d", "services=[redis]")
    assert call("copier", "copy", "--defaults", *data, str(released), str(theirs)).returncode == 0
    assert files(ours) == files(theirs)


@pytest.mark.parametrize(
    ("ours", "path"),
    [
        ({"a": (b"x\n", False), "b": (b"", True)}, "a"),
        ({"a": (b"x", True), "b": (b"", True)}, "a"),
        ({"a": (b"x", False)}, "b"),
        ({"a": (b"x", False), "b": (b"", True), "c": (b"", False)}, "c"),
    ],
    ids=["a byte", "a mode", "a missing file", "another file"],
)
def test_a_difference_is_named(ours: Files, path: str) -> None:
    assert differences({"a": (b"x", False), "b": (b"", True)}, ours) == [path]
