"""The pipelines in docs/fleet hold to what the judges ask of rendered ones."""

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.support.judges import JUDGES
from tests.support.judges.judge import builtin_schema, schema_findings
from tests.support.repository import ROOT
from tests.support.tools import find

FOLDER = ROOT / "docs/fleet"
WORKFLOW = (FOLDER / "github.yml").read_text()


def workflow(folder: Path, text: str) -> Path:
    place = folder / ".github/workflows/fleet.yml"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("judge", "old", "new"),
    [
        ("workflow-schema", "    timeout-minutes: 10\n", ""),
        ("zizmor", 'fleet plan --shards "$SHARDS"', "fleet plan --shards ${{ inputs.sources }}"),
        ("actionlint", "needs: plan", "needs: plans"),
    ],
)  # fmt: skip
def test_a_judge_accepts_the_workflow_and_rejects_a_mutant(
    judge: str, old: str, new: str, tmp_path: Path
) -> None:
    for tool in JUDGES[judge].tools:
        if find(tool) is None:
            pytest.skip(f"there is no {tool}")
    assert list(JUDGES[judge].judge(workflow(tmp_path / "whole", WORKFLOW))) == []
    mutant = WORKFLOW.replace(old, new)
    assert mutant != WORKFLOW
    assert list(JUDGES[judge].judge(workflow(tmp_path / "mutant", mutant)))


def test_the_workflow_uses_the_catalog_s_pins_only() -> None:
    pins = yaml.safe_load((ROOT / "catalog/versions.yml").read_text())["actions"]
    used = set(re.findall(r"uses: (\S+)@(\S+) # (\S+)", WORKFLOW))
    assert len(re.findall(r"uses:", WORKFLOW)) >= len(used) > 0
    assert used <= {(name, pin["sha"], pin["tag"]) for name, pin in pins.items()}


def test_the_gitlab_pipeline_keeps_its_schema() -> None:
    pipeline = yaml.safe_load((FOLDER / "gitlab.yml").read_text())
    schema = builtin_schema("vendor.gitlab-ci")
    assert list(schema_findings(schema, "gitlab.yml", pipeline)) == []
    pipeline["fleet-update"]["parallel"] = "many"
    assert list(schema_findings(schema, "gitlab.yml", pipeline))


def test_the_renovate_preset_keeps_its_schema(tmp_path: Path) -> None:
    shutil.copyfile(FOLDER / "renovate.json", tmp_path / "renovate.json")
    assert list(JUDGES["renovate-schema"].judge(tmp_path)) == []
    preset = json.loads((FOLDER / "renovate.json").read_text())
    assert preset["packageRules"][0]["matchManagers"] == ["copier"]
