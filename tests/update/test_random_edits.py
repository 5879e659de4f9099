"""Whatever people did, and whenever an update dies: every line of theirs stays, or a conflict is told."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.update.edits import EDITS, Edit, do, own_lines, save
from tests.update.history import COUNT, SERVICES, TAGS
from tests.update.known import Known, known, ten_releases
from tests.update.projects import Result, scaffold, update
from tests.update.projects import tree as files
from tests.update.test_kill import dies_at

__all__ = ["known", "ten_releases"]
ANSWERS = st.fixed_dictionaries(
    {"name": st.sampled_from(["tea", "coffee"]), "services": st.lists(st.sampled_from(SERVICES), unique=True)}
).map(lambda answers: {**answers, "services": [id_ for id_ in SERVICES if id_ in answers["services"]]})
STEPS = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).map(sorted)
KILLS = st.one_of(st.none(), st.none(), st.none(), st.integers(0, 90))
SHARES = 4
Case = tuple[dict[str, Any], list[int], list[Edit], int | None]
CASES = st.tuples(ANSWERS, STEPS, EDITS, KILLS)


def tree(project: Path) -> dict[str, tuple[str, bytes]]:
    """Every file but those of git, a submodule's git folder too."""
    return {path: entry for path, entry in files(project).items() if "/.git/" not in path}


def links(project: Path) -> set[str]:
    """What git knows of links and submodules, whatever they are called."""
    command = ["git", "ls-files", "--stage", "-z"]
    listed = subprocess.run(command, cwd=project, check=True, capture_output=True).stdout
    entries = os.fsdecode(listed).split("\0")
    return {entry.split(" ")[1] for entry in entries if entry.startswith(("120000", "160000"))}


def updated(project: Path, tag: str, kill: int | None) -> Result:
    """The outcome of an update that dies before its change number `kill`, and of the next try."""
    if kill is None:
        return update(project, "--to", tag)
    twin = Path(shutil.copytree(project, project.with_name("twin"), symlinks=True))
    direct = update(twin, "--to", tag)
    died = dies_at(kill, lambda: update(project, "--to", tag), project)
    result = update(project, "--to", tag)
    if result.code == 3 and "not committed" in result.err:
        assert direct.code == 0
        result = direct
    assert (result.code, tree(project)) == (direct.code, tree(twin)), (died, result, direct)
    return result


def check(known: Known, case: Case, folder: Path) -> None:
    answers, (first, last), edits, kill = case
    project = known.project(TAGS[first], answers, folder / "project")
    do(project, edits)
    mine, pointers = tree(project), links(project)
    result = updated(project, TAGS[last], kill)
    after = tree(project)
    assert result.code in {0, 3}, result
    if result.code == 3:
        assert after == mine
        assert "conflict: " in result.err
        return
    assert own_lines(after) >= own_lines(mine)
    assert not any(b"<<<<<<<" in content for _, content in after.values())
    assert links(save(project)) >= pointers
    unedited(known, case, mine, after)
    assert update(project, "--to", TAGS[last]).code == 0
    assert tree(project) == after


def unedited(known: Known, case: Case, mine: dict[str, Any], after: dict[str, Any]) -> None:
    """What nobody edited is what the release makes of it."""
    answers, (first, last), edits, _ = case
    old, fresh = known.fresh(TAGS[first], answers), known.fresh(TAGS[last], answers)
    if not edits:
        assert after == fresh
    if not any(edit.kind in {"folder", "rename"} for edit in edits):
        for path in old.keys() & fresh.keys():
            if mine.get(path) == old[path]:
                assert after.get(path) == fresh[path], f"{path}, which nobody edited, is not the release's"


def add_and_remove(known: Known, case: Case, folder: Path) -> None:
    """Added later is chosen at the start, removing is the inverse, twice is once; own files stay."""
    answers, (number, _), edits, _ = case
    wanted = sorted({edit.number % len(SERVICES) for edit in edits} or {0})
    names = [SERVICES[index] for index in wanted if SERVICES[index] not in answers["services"]]
    if not names:
        return
    project = known.project(TAGS[number], answers, folder / "services")
    (project / "mine.txt").write_text("mine\n")
    before = tree(save(project))
    assert scaffold("add", *names, "--project", project).code == 0
    chosen = [id_ for id_ in SERVICES if id_ in {*answers["services"], *names}]
    expected = known.fresh(TAGS[number], {**answers, "services": chosen})
    assert tree(project) == {**expected, "mine.txt": before["mine.txt"]}
    assert "nothing to do" in scaffold("add", *names, "--project", save(project)).out
    assert scaffold("remove", *names, "--project", project).code == 0
    assert tree(project) == before


def holds(known: Known, case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(known, case, Path(folder))
        add_and_remove(known, case, Path(folder))


UNHURRIED: dict[str, Any] = {
    "deadline": None,
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # a case is small, and dear to run again
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


@settings(max_examples=50, **UNHURRIED)
@given(case=CASES)
def test_no_line_is_lost_without_a_conflict(known: Known, case: Case) -> None:
    holds(known, case)


@pytest.mark.rest
@settings(max_examples=150, **UNHURRIED)
@given(case=CASES)
def test_no_line_is_lost_in_more_cases(known: Known, case: Case) -> None:
    holds(known, case)


@pytest.mark.nightly
@pytest.mark.parametrize("share", range(SHARES))
@settings(max_examples=2000 // SHARES, **UNHURRIED)
@given(case=CASES)
def test_no_line_is_lost_in_many_more_cases(known: Known, case: Case, share: int) -> None:
    holds(known, case)
