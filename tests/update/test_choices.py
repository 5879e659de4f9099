"""Services that come and go, and other answers, at the version that a project has."""

import json
from pathlib import Path

import pytest

from tests.support.combinations import Answers
from tests.update.projects import OLD, Releases, committed, scaffold, state, tree
from tests.update.template_copy import another_stack

VARIANTS: dict[str, Answers] = {
    "defaults": {},
    "redis": {"services": ["redis"]},
    "both": {"services": ["postgres", "redis"]},
    "no-target": {"target": "none"},
    "no-ci": {"ci": "none"},
}


def fresh(releases: Releases, variant: str) -> dict[str, tuple[str, bytes]]:
    return tree(releases.fresh(OLD, VARIANTS[variant], variant))


def made(releases: Releases, folder: Path, variant: str) -> Path:
    return releases.project(folder, VARIANTS[variant], variant)


@pytest.mark.parametrize(
    ("start", "words", "end"),
    [
        ("redis", "add postgres", "both"),
        ("defaults", "add redis postgres", "both"),
        ("both", "remove postgres", "redis"),
        ("both", "remove redis postgres", "defaults"),
        ("defaults", "set target=none", "no-target"),
        ("no-target", "set target=kubernetes", "defaults"),
        ("defaults", "set ci=none", "no-ci"),
        ("redis", "set services=[postgres,redis]", "both"),
    ],
)
def test_the_result_equals_a_choice_at_the_start(
    releases: Releases, tmp_path: Path, start: str, words: str, end: str
) -> None:
    project = made(releases, tmp_path / "project", start)
    result = scaffold(*words.split(), "--project", project)
    assert result.code == 0, result
    assert tree(project) == fresh(releases, end)


def test_removing_is_the_inverse_of_adding_in_an_edited_project(releases: Releases, tmp_path: Path) -> None:
    project = made(releases, tmp_path / "project", "redis")
    (project / "README.md").write_text((project / "README.md").read_text() + "\nOur own last line.\n")
    before = tree(committed(project))
    assert scaffold("add", "postgres", "--project", project).code == 0
    assert tree(committed(project)) != before
    assert scaffold("remove", "postgres", "--project", project).code == 0
    assert tree(project) == before


def test_adding_twice_is_once(releases: Releases, tmp_path: Path) -> None:
    project = made(releases, tmp_path / "project", "redis")
    before = state(project)
    for words in ("add redis", "add redis redis", "remove postgres", "set target=kubernetes"):
        result = scaffold(*words.split(), "--project", project)
        assert (result.code, "nothing to do" in result.out) == (0, True), result
    assert state(project) == before


def test_removing_an_edited_file_is_a_conflict_and_no_loss(releases: Releases, tmp_path: Path) -> None:
    project = made(releases, tmp_path / "project", "redis")
    path = next(p for p in project.rglob("adapters/redis.py"))
    path.write_text(path.read_text() + "\nOURS = True\n")
    before = state(committed(project))
    result = scaffold("remove", "redis", "--project", project)
    assert (result.code, "is deleted in the template, and changed in the project" in result.err) == (3, True)
    assert path.relative_to(project).as_posix() in result.err
    assert state(project) == before


def test_a_dry_run_shows_the_tree_and_the_patch(releases: Releases, tmp_path: Path) -> None:
    project = made(releases, tmp_path / "project", "redis")
    before = state(project)
    result = scaffold("add", "postgres", "--project", project, "--dry-run")
    assert result.code == 0
    assert "── compose.yaml\n" in result.out
    assert "\n+- postgres\n" in result.out
    facts = json.loads(scaffold("add", "postgres", "--project", project, "--dry-run", "--json").out)
    assert (facts["status"], facts["applied"], facts["from"], facts["to"]) == ("planned", "nothing", OLD, OLD)
    assert state(project) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("add redsi", "did you mean `redis`?"),
        ("remove redsi", "did you mean `redis`?"),
        ("set targt=none", "did you mean `target`?"),
        ("set target=nowhere", "`nowhere` is not a choice of `target`"),
        ("set target", "write KEY=VALUE"),
        ("set app=x", "computed by the template"),
    ],
)
def test_what_the_template_does_not_offer_is_refused(
    releases: Releases, tmp_path: Path, words: str, said: str
) -> None:
    project = made(releases, tmp_path / "project", "redis")
    before = state(project)
    result = scaffold(*words.split(), "--project", project)
    assert (result.code, said in result.err) == (2, True), result
    assert state(project) == before


def test_a_template_without_services_says_so(small: Releases, tmp_path: Path) -> None:
    result = scaffold("add", "redis", "--project", small.project(tmp_path / "project"))
    assert (result.code, "has no question `services`" in result.err) == (2, True)


def test_the_stack_changes_within_its_language_only(tmp_path: Path) -> None:
    stacks = Releases(another_stack(tmp_path / "source"), tmp_path / "projects")
    project = stacks.project(tmp_path / "project")
    before = state(project)
    result = scaffold("set", "stack=cobol-plain", "--project", project)
    assert (result.code, "`cobol-plain` is another language" in result.err) == (2, True), result
    assert "choose from `python-fastapi`, `python-second`" in result.err
    assert state(project) == before
    assert scaffold("set", "stack=python-second", "--project", project).code == 0
    assert tree(project) == tree(stacks.fresh(OLD, {"stack": "python-second"}, "second"))
