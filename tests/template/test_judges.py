"""Every judge finds no fault in any rendering, and finds the fault of each of its mutants."""

from pathlib import Path

import pytest

from tests.support.combinations import combinations
from tests.support.judges import JUDGES
from tests.support.judges.judge import MUTANTS, Finding, Waiver, verdict, waivers
from tests.support.render import Renderings

RULES = sorted(path for judge in JUDGES for path in (MUTANTS / judge).glob("*/"))


def verdicts(judge: str, renderings: Renderings, run: Path) -> dict[str, list[Finding]]:
    """Findings of the judge in each combination."""
    return {
        name: verdict(JUDGES[judge], renderings.tree(answers), run)
        for name, answers in combinations().items()
    }


@pytest.mark.parametrize("judge", JUDGES)
def test_the_judge_finds_no_fault_in_any_combination(judge: str, renderings: Renderings, run: Path) -> None:
    waived = waivers()
    faults = {
        f"{finding.path}: {finding.rule}: {finding.message}": combination
        for combination, findings in verdicts(judge, renderings, run).items()
        for finding in findings
        if not any(waiver.covers(judge, finding) for waiver in waived)
    }
    assert faults == {}


@pytest.mark.parametrize("judge", JUDGES)
def test_the_judge_has_something_to_judge(judge: str, renderings: Renderings) -> None:
    trees = [renderings.tree(answers) for answers in combinations().values()]
    paths = (
        path.relative_to(tree).as_posix() for tree in trees for path in tree.rglob("*") if path.is_file()
    )
    assert any(JUDGES[judge].reads(path) for path in paths)


@pytest.mark.parametrize("mutant", RULES, ids=[f"{path.parent.name}-{path.name}" for path in RULES])
def test_the_judge_finds_the_mutants_fault(mutant: Path, run: Path) -> None:
    found = verdict(JUDGES[mutant.parent.name], mutant, run)
    assert mutant.name in {finding.rule for finding in found}, found


@pytest.mark.parametrize("judge", JUDGES)
def test_every_judge_has_a_mutant(judge: str) -> None:
    assert [path for path in RULES if path.parent.name == judge]


@pytest.mark.parametrize(
    "waiver", waivers(), ids=lambda waiver: f"{waiver.judge}-{waiver.rule}-{waiver.path}"
)
def test_every_waiver_is_still_needed(waiver: Waiver, renderings: Renderings, run: Path) -> None:
    found = verdicts(waiver.judge, renderings, run).values()
    assert any(waiver.covers(waiver.judge, finding) for findings in found for finding in findings)
    assert waiver.reason.strip().endswith(".")
