"""What a merge request, a stranger's too, can reach in GitLab's pipeline; people can run what it runs."""

import copy
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.judges.pipelines import GLOBAL, images
from tests.support.render import Renderings
from tests.support.repository import commit, git, repository
from tests.support.tools import need, search_path

Jobs = dict[str, dict[str, Any]]
MERGE_REQUEST = "merge_request_event"
# What only a delivery may have: an environment's credentials, a token of who it is, a place in a queue.
TRUST = ("environment", "id_tokens", "resource_group", "secrets", "identity")


@pytest.fixture(scope="module")
def project(renderings: Renderings) -> Path:
    return renderings.tree({"services": ["postgres", "redis"], "ci": "gitlab", "target": "kubernetes"})


@pytest.fixture(scope="module")
def jobs(project: Path) -> Jobs:
    texts = [path.read_text() for path in (project / ".gitlab-ci.yml", *(project / ".gitlab").glob("*.yml"))]
    parts = [yaml.safe_load(text) for text in texts]
    return {name: job for part in parts for name, job in part.items() if name not in GLOBAL}


def whole(jobs: Jobs, name: str) -> dict[str, Any]:
    """A job with what it extends."""
    extended = jobs[name].get("extends", [])
    found: dict[str, Any] = {}
    for other in [extended] if isinstance(extended, str) else extended:
        found |= whole(jobs, other)
    return found | jobs[name]


def reached(jobs: Jobs, source: str) -> Jobs:
    """Jobs that a pipeline of the source runs."""
    found = {}
    for name in (name for name in jobs if not name.startswith(".")):
        job = whole(jobs, name)
        conditions = [rule.get("if", "") for rule in job.get("rules", [{}])]
        if any(f'== "{source}"' in text or '!= "web"' in text or not text for text in conditions):
            found[name] = job
    return found


def trusted_with(jobs: Jobs) -> list[str]:
    """Everything that a merge request's pipeline is given beyond reading the sources."""
    given = []
    for name, job in reached(jobs, MERGE_REQUEST).items():
        given += [f"{name}: {key}" for key in TRUST if key in job]
        # What the servers beside a job are started with is theirs, unless it is taken from somewhere else.
        beside, own = yaml.dump(job.get("services")), yaml.dump({**job, "services": None})
        given += [f"{name}: {word}" for word in re.findall(r"\w*(?:PASSWORD|TOKEN)\w*", own)]
        given += [f"{name}: {word}" for word in re.findall(r"\$\{?\w+", beside)]
    return given


def test_a_merge_request_gets_no_secret_no_environment_and_no_token(jobs: Jobs) -> None:
    assert reached(jobs, MERGE_REQUEST).keys() == {"verify", "integration", "build-check", "preview"}
    assert trusted_with(jobs) == []


@pytest.mark.parametrize(
    "given",
    [
        {"environment": "registry"},
        {"extends": ".registry"},
        {"id_tokens": {"TOKEN": {"aud": "x"}}},
        {"variables": {"KEY": "$REGISTRY_PASSWORD"}},
    ],
)
def test_each_way_to_trust_a_merge_request_is_found(given: dict[str, Any], jobs: Jobs) -> None:
    mutant = copy.deepcopy(jobs)
    mutant["verify"] |= given
    assert trusted_with(mutant)


def test_only_jobs_of_the_registry_environment_talk_to_it(jobs: Jobs) -> None:
    for name in reached(jobs, "push"):
        job = whole(jobs, name)
        logs_in = ".gitlab/registry-login.sh" in job.get("before_script", [])
        assert logs_in == (job.get("environment") == {"name": "registry", "action": "access"}), name


def test_no_new_push_cancels_a_deploy_and_no_two_run_at_once(jobs: Jobs) -> None:
    deploys = [
        whole(jobs, name)
        for name in jobs
        if whole(jobs, name).get("stage") == "deploy" and "rules" in jobs[name]
    ]
    assert len(deploys) == 4
    for job in deploys:
        assert (job["interruptible"], job["retry"], job["resource_group"]) == (
            False,
            0,
            job["environment"]["name"],
        )


def test_make_ci_runs_what_the_pipeline_verifies(project: Path, jobs: Jobs) -> None:
    rule = re.search(r"^ci: (.*?) ##", (project / "Makefile").read_text(), re.MULTILINE)
    assert rule
    assert [f"make {verb}" for verb in rule[1].split()] == jobs["verify"]["script"]


def test_the_update_bot_finds_every_image(project: Path, jobs: Jobs) -> None:
    """Renovate reads files whose name ends so; each image stands there as it is, without a variable."""
    files = [path for path in project.rglob("*") if re.search(r"\.gitlab-ci\.ya?ml$", path.as_posix())]
    named = {image for job in jobs.values() for image in images(job)}
    assert len(named) == 6
    assert all("$" not in image and any(image in path.read_text() for path in files) for image in named)


def test_a_rollback_takes_a_commit_of_the_environments_branch_alone(project: Path, tmp_path: Path) -> None:
    need("jq")
    origin = repository(Path(shutil.copytree(project, tmp_path / "origin")))
    git(origin, "checkout", "--quiet", "-b", "stranger")
    (origin / "other").touch()
    commit(origin, "Other")
    commits = {name: git(origin, "rev-parse", name).strip() for name in ("main", "stranger")}
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("curl", 'cp "$RELEASE" release.json'), ("make", 'echo "made $*"')):
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    release = tmp_path / "release.json"
    told = dict.fromkeys(("CI_JOB_TOKEN", "CI_API_V4_URL", "CI_PROJECT_ID", "ROLLBACK_RELEASE"), "x")
    told |= {
        "CI_ENVIRONMENT_NAME": "production",
        "RELEASE": str(release),
        "PATH": f"{programs}:{search_path()}",
    }
    for name, configuration in commits.items():
        release.write_text(json.dumps({"digest": f"sha256:{'1' * 64}", "configuration": configuration}))
        result = subprocess.run(
            ["sh", ".gitlab/rollback.sh"], cwd=clone, env=told, text=True, capture_output=True, check=False
        )
        assert (result.returncode == 0, "made rollback" in result.stdout) == (name == "main",) * 2, result
