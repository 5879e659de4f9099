"""A project is delivered by its pipeline, from checkout to deploy, as each provider's engine executes it."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.delivery.act import Act
from tests.delivery.delivery import Delivery, Engine, Run, Start, prepare
from tests.delivery.gitlab_ci_local import GitlabCiLocal
from tests.delivery.surroundings import outside, registry
from tests.support.lab import need_docker
from tests.support.repository import commit, git
from tests.support.tools import need

pytestmark = pytest.mark.rest

ENGINES: dict[str, Engine] = {engine.name: engine for engine in (Act(), GitlabCiLocal())}
# Each engine and each example every day, the other pairs at night.
DELIVERED = [
    ("github", "python-full"),
    ("gitlab", "typescript-fastify-full"),
    pytest.param(("github", "typescript-fastify-full"), marks=pytest.mark.nightly),
    pytest.param(("gitlab", "python-full"), marks=pytest.mark.nightly),
]
PASSED = re.compile(r"[1-9]\d* passed|[^ ] pass [1-9]")
# A file, text of it and what to put there: each lets a credential into what a pull request runs.
LEAKS = {
    "github": (
        ".github/workflows/verify.yml",
        "- run: make test\n",
        "- run: make test\n        env: {KEY: '${{ secrets.REGISTRY_PASSWORD }}'}\n",
    ),
    "gitlab": (
        ".gitlab/verify.gitlab-ci.yml",
        "verify:\n",
        "verify:\n  environment: {name: registry, action: access}\n",
    ),
}
MANIFEST = {"Accept": "application/vnd.docker.distribution.manifest.v2+json"}
STEPS = ["test", "build", "scan", "sbom", *["attest"] * 2, "migrate", "roll"]


@pytest.fixture(scope="module", params=DELIVERED, ids="-".join)
def delivery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivery]:
    name, example = request.param
    need_docker()
    need(*ENGINES[name].tools)
    with registry() as host, outside() as server:
        folder = tmp_path_factory.mktemp("delivery")
        yield prepare(ENGINES[name], example, folder, f"{host}/orders-api", server)


@pytest.fixture(scope="module")
def first(delivery: Delivery) -> Run:
    """The first delivery, of the branch develop."""
    git(delivery.project, "checkout", "--quiet", "-b", "develop")
    delivery.change("README.md", "\nFirst.\n")
    return delivery.run()


@pytest.fixture(scope="module")
def merged(delivery: Delivery, first: Run) -> Run:
    """The same content, brought to main by a merge commit."""
    git(delivery.project, "checkout", "--quiet", "main")
    git(delivery.project, "merge", "--quiet", "--no-ff", "-m", "Merge develop", "develop")
    return delivery.run()


def tags(delivery: Delivery) -> list[str]:
    """What the registry has of the project, by its names."""
    host, _, name = delivery.image.partition("/")
    return list(httpx.get(f"http://{host}/v2/{name}/tags/list").json()["tags"])


def released(run: Run) -> dict[str, str]:
    return json.loads(run.artifact("release/release.json"))


def test_a_push_is_tested_built_once_scanned_attested_released_and_deployed(first: Run) -> None:
    assert first.code == 0, first.output[-6000:]
    assert [step for step in first.steps if step != "sign"] == STEPS


def test_one_digest_is_scanned_attested_released_and_deployed(first: Run, delivery: Delivery) -> None:
    (digest,) = first.digests("build")
    assert [first.digests(step) for step in ("attest", "migrate", "roll")] == [{digest}] * 3
    assert first.digests("sign") <= {digest}
    host, _, name = delivery.image.partition("/")
    manifest = httpx.get(f"http://{host}/v2/{name}/manifests/{digest}", headers=MANIFEST).json()
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
    assert "-production" in delivery.serving()


def test_an_image_is_found_by_its_tree_once_it_is_scanned_and_attested(
    first: Run, delivery: Delivery
) -> None:
    tree = git(delivery.project, "rev-parse", "develop^{tree}").strip()
    host, _, name = delivery.image.partition("/")
    tagged = httpx.get(f"http://{host}/v2/{name}/manifests/tree-{tree}", headers=MANIFEST)
    assert tagged.headers["Docker-Content-Digest"] == released(first)["digest"]


def test_a_pull_request_is_verified_and_previewed_without_a_credential(
    delivery: Delivery, merged: Run
) -> None:
    base = git(delivery.project, "rev-parse", "HEAD^1").strip()
    run = delivery.run(Start("pull_request", base=base))
    assert run.code == 0, run.output[-6000:]
    assert run.steps == ["test"]


@pytest.mark.nightly
def test_a_pull_request_runs_the_projects_own_checks_and_tests(delivery: Delivery, merged: Run) -> None:
    base = git(delivery.project, "rev-parse", "HEAD^1").strip()
    run = delivery.run(Start("pull_request", base=base), quick=False)
    assert run.code == 0, run.output[-6000:]
    assert PASSED.search(run.output)


@pytest.mark.nightly
def test_a_credential_that_reaches_a_pull_request_is_noticed(delivery: Delivery, merged: Run) -> None:
    path, old, new = LEAKS[delivery.engine.name]
    base = git(delivery.project, "rev-parse", "HEAD").strip()
    git(delivery.project, "checkout", "--quiet", "-b", "leak")
    text = (delivery.project / path).read_text()
    assert text.count(old) == 1
    (delivery.project / path).write_text(text.replace(old, new))
    commit(delivery.project, "Leak")
    run = delivery.run(Start("pull_request", base=base))
    git(delivery.project, "checkout", "--quiet", "main")
    assert "leak" in run.steps, run.output[-6000:]


@pytest.mark.nightly
def test_a_night_rebuilds_and_scans_that_image_and_the_released_one(delivery: Delivery, merged: Run) -> None:
    run = delivery.run(Start("schedule"))
    assert run.code == 0, run.output[-6000:]
    assert sorted(run.steps) == ["sbom", "sbom", "scan", "scan", "test"]


@pytest.fixture(scope="module")
def changed(delivery: Delivery, merged: Run) -> str:
    """The digest that runs before a change is delivered, which goes wrong."""
    delivery.change("README.md", "\nSecond.\n")
    return released(merged)["digest"]


@pytest.mark.parametrize(
    ("fail", "last"),
    [("test", "test"), ("scan", "scan"), ("migration", "migrate"), ("rollout", "roll"), ("smoke", "roll")],
)
def test_what_fails_stops_what_follows_and_the_former_release_serves(
    fail: str, last: str, changed: str, delivery: Delivery
) -> None:
    run = delivery.run(fail=fail)
    assert run.code != 0
    assert run.steps[-1] == last, run.output[-6000:]
    assert run.record.count(f"roll out {changed}") == (last == "roll")
    assert changed in delivery.serving()
    tree = git(delivery.project, "rev-parse", "HEAD^{tree}").strip()
    assert (f"tree-{tree}" in tags(delivery)) == (fail not in {"test", "scan"})


@pytest.mark.nightly
def test_somebody_rolls_a_former_release_back(delivery: Delivery, merged: Run, changed: str) -> None:
    assert delivery.run().code == 0
    assert changed not in delivery.serving()
    run = delivery.run(Start("rollback", environment="production", former=merged))
    assert run.code == 0, run.output[-6000:]
    assert run.record == [f"roll out {changed}"]
    assert changed in delivery.serving()
