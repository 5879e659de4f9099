"""What a pull request, a stranger's too, can reach in GitHub's workflows; people can run what it runs."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.delivery.delivery import HERE
from tests.support.render import Renderings
from tests.support.tools import need, search_path

Workflows = dict[str, dict[str, Any]]


def read(text: str) -> dict[str, Any]:
    """A workflow; YAML 1.1 would take its key `on` for true."""
    return yaml.safe_load(re.sub(r"^on:", '"on":', text, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def project(renderings: Renderings) -> Path:
    return renderings.tree({"services": ["postgres", "redis"], "ci": "github", "target": "kubernetes"})


@pytest.fixture(scope="module")
def workflows(project: Path) -> Workflows:
    folder = project / ".github" / "workflows"
    return {path.name: read(path.read_text()) for path in folder.iterdir()}


def for_pull_requests(workflows: Workflows) -> Workflows:
    """Workflows that a pull request starts, and those that they call."""
    started = [name for name, facts in workflows.items() if "pull_request" in facts["on"]]
    reached: Workflows = {}
    while started:
        name = started.pop()
        reached[name] = workflows[name]
        called = (job.get("uses", "") for job in workflows[name]["jobs"].values())
        started += [Path(path).name for path in called if path and Path(path).name not in reached]
    return reached


def trusted_with(workflows: Workflows) -> list[str]:
    """Everything that a pull request's run is given beyond reading the sources."""
    given = [
        f"{name}: pull_request_target" for name, w in workflows.items() if "pull_request_target" in w["on"]
    ]
    for name, workflow in for_pull_requests(workflows).items():
        given += [
            f"{name}: {secret}" for secret in re.findall(r"secrets\b[\w.]*", yaml.dump(workflow["jobs"]))
        ]
        given += [f"{name}: {key}" for key, job in workflow["jobs"].items() if "environment" in job]
        for permissions in (
            workflow["permissions"],
            *(job["permissions"] for job in workflow["jobs"].values()),
        ):
            given += [f"{name}: {permissions}"] if permissions not in ({}, {"contents": "read"}) else []
    return given


def test_a_pull_request_gets_no_secret_no_environment_and_no_permission_to_write(
    workflows: Workflows,
) -> None:
    assert {"verify.yml", "preview.yml"} <= for_pull_requests(workflows).keys()
    assert trusted_with(workflows) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("contents: read", "contents: write"),
        ("runs-on:", "environment: registry\n    runs-on:"),
        ("- run: make setup", "- run: make setup\n        env: {TOKEN: '${{ secrets.TOKEN }}'}"),
        ("pull_request,", "pull_request_target,"),
    ],
)
def test_each_way_to_trust_a_pull_request_is_found(
    old: str, new: str, project: Path, workflows: Workflows
) -> None:
    text = (project / ".github/workflows/verify.yml").read_text()
    assert old in text
    mutant = read(text.replace(old, new, 1))
    assert trusted_with({**workflows, "verify.yml": mutant})


def test_make_ci_runs_what_the_pipeline_verifies(project: Path, workflows: Workflows) -> None:
    steps = workflows["verify.yml"]["jobs"]["verify"]["steps"]
    asked = [step["run"].removeprefix("make ") for step in steps if "run" in step]
    rule = re.search(r"^ci: (.*?) ##", (project / "Makefile").read_text(), re.MULTILINE)
    assert rule
    assert rule[1].split() == asked


DELIVERED = {
    "path": ".github/workflows/deliver.yml@main",
    "event": "push",
    "head_branch": "main",
    "head_repository": {"full_name": "platform/orders-api"},
}


@pytest.mark.parametrize(
    ("number", "facts", "taken"),
    [
        ("7", {}, True),
        ("7", {"path": ".github/workflows/preview.yml"}, False),
        ("7", {"event": "pull_request"}, False),
        ("7", {"head_branch": "develop"}, False),
        ("7", {"head_repository": {"full_name": "stranger/orders-api"}}, False),
        ("7/../7", {}, False),
    ],
)
def test_a_rollback_takes_a_delivery_of_the_environments_branch_alone(
    number: str, facts: dict[str, Any], taken: bool, workflows: Workflows, tmp_path: Path
) -> None:
    need("jq")
    (tmp_path / "run-7").mkdir()
    (tmp_path / "run-7" / "run.json").write_text(json.dumps({**DELIVERED, **facts}))
    check, download, *_ = workflows["rollback.yml"]["jobs"]["release"]["steps"]
    assert "uses" in download
    told = {"RUN": number, "BRANCH": "main", "GH_TOKEN": "token", "GITHUB_REPOSITORY": "platform/orders-api"}
    told |= {"ARTIFACTS": str(tmp_path / "run-8" / "artifacts"), "PATH": f"{HERE / 'bin'}:{search_path()}"}
    (tmp_path / "run-8" / "artifacts").mkdir(parents=True)
    result = subprocess.run(
        ["bash", "-e", "-c", check["run"]], env=told, text=True, capture_output=True, check=False
    )
    assert (result.returncode == 0) == taken, result
    assert taken or "::error::" in result.stdout
