"""GitHub's workflow Deliver, executed by act from checkout to deploy."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.delivery.act import Delivery, Run, registry, smoke, start
from tests.support.lab import images_for, need_docker
from tests.support.render import write_project
from tests.support.repository import ROOT, git
from tests.support.tools import need

pytestmark = pytest.mark.rest

ANSWERS = {"project_name": "orders-api", "services": ["postgres"], "stack": "python-fastapi"}


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivery]:
    need_docker()
    need("act", "docker buildx", "jq", "curl", "make", "kubectl", "true")
    folder = tmp_path_factory.mktemp("delivery")
    with registry() as host, smoke() as server:
        image = f"{host}/orders-api"
        project = write_project(ROOT, folder / "project", {**ANSWERS, "image_repository": image})
        images_for(project)
        yield start(project, folder, image, server)


@pytest.fixture(scope="module")
def first(delivery: Delivery) -> Run:
    """The first delivery, of the branch develop, with the project's own checks and tests."""
    git(delivery.project, "checkout", "--quiet", "-b", "develop")
    delivery.change("src/orders_api/about.py", "# first\n")
    return delivery.run(quick=False)


@pytest.fixture(scope="module")
def merged(delivery: Delivery, first: Run) -> Run:
    """The same content, brought to main by a merge commit."""
    git(delivery.project, "checkout", "--quiet", "main")
    git(delivery.project, "merge", "--quiet", "--no-ff", "-m", "Merge develop", "develop")
    return delivery.run()


def released(run: Run) -> dict[str, str]:
    return json.loads(run.artifact("release/release.json"))


def test_a_push_is_verified_built_once_scanned_attested_released_and_deployed(first: Run) -> None:
    assert first.code == 0, first.output[-6000:]
    assert first.steps == ["build", "scan", "sbom", "attest", "attest", "migrate", "roll"]
    passed = re.search(r"\d+ passed", first.output)
    assert passed
    assert passed.start() < first.output.index("Build and push it")


def test_one_digest_is_scanned_attested_released_and_deployed(first: Run, delivery: Delivery) -> None:
    (digest,) = first.digests("build")
    assert [first.digests(step) for step in ("attest", "migrate", "roll")] == [{digest}] * 3
    host, _, name = delivery.image.partition("/")
    accepted = {"Accept": "application/vnd.docker.distribution.manifest.v2+json"}
    manifest = httpx.get(f"http://{host}/v2/{name}/manifests/{digest}", headers=accepted).json()
    image = manifest["config"]["digest"].removeprefix("sha256:")
    for step in ("scan", "sbom"):
        (config,) = first.digests(step)
        assert image in config
    head = git(delivery.project, "rev-parse", "develop").strip()
    assert released(first) == {"image": delivery.image, "digest": digest, "configuration": head}


def test_a_merge_commit_with_the_same_content_promotes_the_same_image(
    first: Run, merged: Run, delivery: Delivery
) -> None:
    assert merged.code == 0, merged.output[-6000:]
    assert git(delivery.project, "rev-list", "--parents", "-1", "main").count(" ") == 2
    assert "build" not in merged.steps
    assert released(merged)["digest"] == released(first)["digest"]
    assert "orders-api-production" in delivery.serving()


@pytest.fixture(scope="module")
def changed(delivery: Delivery, merged: Run) -> str:
    """The digest that runs before a change of the sources is delivered, which goes wrong."""
    delivery.change("src/orders_api/about.py", "# second\n")
    return released(merged)["digest"]


@pytest.mark.parametrize(
    ("fail", "last"), [("scan", "scan"), ("migration", "migrate"), ("rollout", "roll"), ("smoke", "roll")]
)
def test_what_fails_stops_what_follows_and_the_former_release_serves(
    fail: str, last: str, changed: str, delivery: Delivery
) -> None:
    run = delivery.run(fail=fail)
    assert run.code != 0
    assert run.steps[-1] == last
    assert run.record.count(f"roll out {changed}") == (last == "roll")
    assert changed in delivery.serving()


def test_a_failing_test_stops_the_build(changed: str, delivery: Delivery) -> None:
    delivery.change("tests/test_health.py", "\n\ndef test_broken() -> None:\n    assert 1 == 2\n")
    run = delivery.run(quick=False)
    assert run.code != 0
    assert run.record == []
    assert changed in delivery.serving()
