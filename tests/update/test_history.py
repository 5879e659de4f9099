"""Ten releases in which layers and files moved, questions joined, versions rose: any old one gets to any."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.update import history
from tests.update.history import JOINING, TAGS
from tests.update.known import Known, known, ten_releases
from tests.update.projects import committed, edit, tree, update

__all__ = ["known", "ten_releases"]
ANSWERS: dict[str, Any] = {"name": "coffee", "services": ["one", "three"]}
PAIRS = list(combinations(range(len(TAGS)), 2))
NEWEST = len(TAGS) - 1


def project(known: Known, first: int, folder: Path) -> Path:
    """A project of a release with two edits, one in a file that is renamed and one in a folder that is."""
    made = known.project(TAGS[first], ANSWERS, folder)
    moved, notes = (f"src/{'old' if first == 0 else 'new'} name.txt", "notes/first.txt")
    edit(made, moved, "moved 2\n", "moved two, mine\n")
    edit(made, notes if (made / notes).exists() else f"docs/{notes}", "note 4\n", "note four, mine\n")
    return committed(made)


@pytest.mark.parametrize(
    ("first", "last"),
    [pair if pair[1] == NEWEST else pytest.param(*pair, marks=pytest.mark.rest) for pair in PAIRS],
)
def test_any_old_project_gets_to_any_newer_release(
    known: Known, tmp_path: Path, first: int, last: int
) -> None:
    made = project(known, first, tmp_path / "project")
    result = update(made, "--to", TAGS[last])
    assert result.code == 0, result
    edit(made, "src/new name.txt", "moved two, mine\n", "moved 2\n")
    notes = made / ("notes/first.txt" if last + 1 < history.RENAMED_FOLDER else "docs/notes/first.txt")
    notes.write_text(notes.read_text().replace("note four, mine\n", "note 4\n"))
    assert tree(made) == known.fresh(TAGS[last], ANSWERS)
    record = (made / ".copier-answers.yml").read_text()
    asked = {name.partition(":")[0]: since <= last + 1 for since, name in JOINING.items()}
    assert {name: f"{name}: " in record for name in asked} == asked


def test_going_one_release_at_a_time_ends_where_one_step_ends(known: Known, tmp_path: Path) -> None:
    made = project(known, 0, tmp_path / "project")
    once = project(known, 0, tmp_path / "once")
    for tag in TAGS[1:]:
        assert update(committed(made), "--to", tag).code == 0
    assert update(once, "--to", TAGS[NEWEST]).code == 0
    assert tree(made) == tree(once)
