"""This repository's own workflows pass the judges of the generated ones, and use the catalog's pins only."""

import re
import shutil
from pathlib import Path

import pytest

from tests.support.judges import JUDGES
from tests.support.judges.verdicts import findings
from tests.support.repository import ROOT
from tests.support.rules.sources import load

FOLDER = ROOT / ".github"


@pytest.mark.parametrize("judge", ["workflow-schema", "zizmor", "actionlint"])
def test_the_judge_finds_no_fault(judge: str, tmp_path: Path, run: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / ".github")
    assert list(findings(JUDGES[judge], {"own": tmp_path}, run)) == []


def test_every_action_is_the_catalogs() -> None:
    pins = {
        f"{name}@{pin['sha']} # {pin['tag']}"
        for name, pin in load(ROOT, "catalog/versions.yml")["actions"].items()
    }
    texts = [path.read_text() for path in (FOLDER / "workflows").iterdir()]
    used = {pin for text in texts for pin in re.findall(r"uses: (.*)", text)}
    assert used
    assert used <= pins


def test_every_verb_that_a_workflow_calls_exists() -> None:
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = "".join(path.read_text() for path in (FOLDER / "workflows").iterdir())
    called = set(re.findall(r"(?:run: |^ +)make ([a-z-]+)$", texts, re.MULTILINE))
    matrix = re.findall(r"verb: \[(.*)\]", texts)
    called |= {verb for row in matrix for verb in row.split(", ")}
    assert {"lint", "test", "test-nightly"} <= called
    assert called <= verbs
