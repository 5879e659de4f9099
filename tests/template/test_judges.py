"""Every judge finds no fault in any rendering, and finds the fault of each of its mutants."""

from pathlib import Path

import pytest

from tests.support.combinations import combinations
from tests.support.judges import JUDGES
from tests.support.judges.judge import MUTANTS
from tests.support.judges.verdicts import Waiver, faults, findings, waivers
from tests.support.render import Renderings, files

RULES = sorted(path for judge in JUDGES for path in (MUTANTS / judge).glob("*/"))


@pytest.fixture(scope="session")
def trees(renderings: Renderings) -> dict[str, Path]:
    """The project of every combination."""
    return {name: renderings.tree(answers) for name, answers in combinations().items()}


@pytest.mark.parametrize("judge", JUDGES)
def test_the_judge_finds_no_fault_in_any_combination(judge: str, trees: dict[str, Path], run: Path) -> None:
    assert faults(JUDGES[judge], trees, run) == {}


@pytest.mark.parametrize("judge", JUDGES)
def test_the_judge_has_something_to_judge(judge: str, trees: dict[str, Path]) -> None:
    assert any(JUDGES[judge].reads(path) for tree in trees.values() for path in files(tree))


@pytest.mark.parametrize("mutant", RULES, ids=[f"{path.parent.name}-{path.name}" for path in RULES])
def test_the_judge_finds_the_mutants_fault(mutant: Path, run: Path) -> None:
    found = {finding.rule for _, finding in findings(JUDGES[mutant.parent.name], {"mutant": mutant}, run)}
    assert mutant.name in found


@pytest.mark.parametrize("judge", JUDGES)
def test_every_judge_has_a_mutant(judge: str) -> None:
    assert [path for path in RULES if path.parent.name == judge]


@pytest.mark.parametrize(
    "waiver", waivers(), ids=lambda waiver: f"{waiver.judge}-{waiver.rule}-{waiver.path}"
)
def test_every_waiver_is_still_needed(
    waiver: Waiver, trees: dict[str, Path], extended_trees: dict[str, Path], run: Path
) -> None:
    judge = JUDGES[waiver.judge]
    found = (finding for part in (trees, extended_trees) for _, finding in findings(judge, part, run))
    assert any(waiver.covers(judge.name, finding) for finding in found)
    assert waiver.reason.strip().endswith(".")
