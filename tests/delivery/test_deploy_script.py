"""deploy.sh of the Kubernetes target, by a kubectl that remembers: the former release outlives what fails."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.delivery import HERE
from tests.support.render import Renderings
from tests.support.tools import find, need, search_path

BASE = {"project_name": "orders-api", "target": "kubernetes", "services": ["postgres"]}
# It adds a process and the networks of two services, and changes what is there.
MORE = {**BASE, "services": ["postgres", "redis", "rabbitmq"]}
FIRST, SECOND, THIRD = (f"sha256:{digit * 64}" for digit in "123")
# What stays though nothing refers to it any more.
LEFT = {"ConfigMap", "Namespace", "ServiceAccount"}


@dataclass(frozen=True)
class Cluster:
    """A namespace as a folder, and the release that is out in it."""

    folder: Path

    def deploy(self, tree: Path, digest: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run(tree, "deploy", digest, **variables)

    def run(self, tree: Path, verb: str, *digest: str, **variables: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.folder / "bin"), str(HERE / "bin"), search_path()])
        told = {"CLUSTER": str(self.folder), "RECORD": str(self.folder / "record"), "PATH": path}
        told["REAL_KUBECTL"] = str(find("kubectl"))
        command = ["sh", str(tree / "deploy/deploy.sh"), verb, "staging", *digest]
        return subprocess.run(
            command, env={**os.environ, **told, **variables}, text=True, capture_output=True, check=False
        )

    def objects(self) -> dict[str, dict[str, Any]]:
        lists = [json.loads((self.folder / name).read_text()) for name in ("deployments.json", "others.json")]
        return {
            f"{entry['kind']}/{entry['metadata']['name']}": entry
            for found in lists
            for entry in found["items"]
            if entry["kind"] not in LEFT
        }

    @property
    def record(self) -> list[str]:
        return (self.folder / "record").read_text().splitlines()

    def curl(self, code: int) -> None:
        """What curl says from now on."""
        (self.folder / "bin").mkdir(exist_ok=True)
        curl = self.folder / "bin" / "curl"
        curl.write_text(f"#!/bin/sh\nexit {code}\n")
        curl.chmod(0o755)


@pytest.fixture(scope="module")
def released(renderings: Renderings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first release is out."""
    need("kubectl")
    cluster = Cluster(tmp_path_factory.mktemp("released"))
    result = cluster.deploy(renderings.tree(BASE), FIRST)
    assert result.returncode == 0, result.stderr
    return cluster.folder


@pytest.fixture
def cluster(released: Path, tmp_path: Path) -> Cluster:
    return Cluster(Path(shutil.copytree(released, tmp_path / "cluster")))


@pytest.mark.parametrize(("fail", "code"), [("rollout", 4), ("migration", 3)])
def test_what_fails_leaves_every_object_of_the_former_release_and_no_other(
    fail: str, code: int, cluster: Cluster, renderings: Renderings
) -> None:
    before = cluster.objects()
    result = cluster.deploy(renderings.tree(MORE), SECOND, FAIL=fail)
    assert result.returncode == code, result.stderr
    assert cluster.objects() == before
    assert "delete networkpolicy/to-redis" in cluster.record
    assert ("delete deployment/worker" in cluster.record) == (fail == "rollout")


@pytest.fixture(scope="module")
def extended(released: Path, renderings: Renderings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The larger release is out, the first one was before."""
    folder = tmp_path_factory.mktemp("extended") / "cluster"
    cluster = Cluster(Path(shutil.copytree(released, folder)))
    result = cluster.deploy(renderings.tree(MORE), SECOND)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture
def larger(extended: Path, tmp_path: Path) -> Cluster:
    return Cluster(Path(shutil.copytree(extended, tmp_path / "cluster")))


def test_what_a_release_no_longer_has_goes_once_it_is_out_and_comes_back_with_a_rollback(
    larger: Cluster, renderings: Renderings
) -> None:
    before, tree = larger.objects(), renderings.tree(BASE)
    result = larger.deploy(tree, THIRD)
    assert result.returncode == 0, result.stderr
    gone = before.keys() - larger.objects().keys()
    assert {"Deployment/worker", "NetworkPolicy/to-redis", "NetworkPolicy/to-rabbitmq"} <= gone
    rolled = larger.record.index(f"roll out {THIRD}")
    deleted = larger.record[rolled + 1 :]
    assert len(deleted) == len(gone)
    assert [line.partition("/")[0] for line in deleted[-2:]] == ["delete networkpolicy"] * 2
    assert larger.run(tree, "rollback").returncode == 0
    assert larger.objects() == before
    assert larger.run(tree, "rollback").returncode == 0
    assert before.keys() - larger.objects().keys() == gone


@pytest.mark.parametrize(("fail", "smoke"), [("rollout", 0), ("migration", 0), ("", 22)])
def test_what_a_release_no_longer_has_stays_while_it_is_not_out(
    fail: str, smoke: int, larger: Cluster, renderings: Renderings
) -> None:
    before = larger.objects()
    larger.curl(smoke)
    result = larger.deploy(
        renderings.tree(BASE), THIRD, FAIL=fail, **({"SMOKE_URL": "http://service.example/"} if smoke else {})
    )
    assert result.returncode != 0
    assert larger.objects() == before
    assert not any(line.startswith("delete") for line in larger.record)


def test_policies_stay_while_a_command_runs_that_may_need_them(
    larger: Cluster, renderings: Renderings
) -> None:
    policies = {name for name in larger.objects() if name.startswith("NetworkPolicy/")}
    tree = renderings.tree(BASE)
    assert larger.deploy(tree, THIRD, RUNNING="pod/admin-1\n").returncode == 0
    assert policies <= larger.objects().keys()
    assert "Deployment/worker" not in larger.objects()
    assert larger.deploy(tree, THIRD).returncode == 0
    assert "NetworkPolicy/to-redis" not in larger.objects()


def test_the_route_of_the_other_kind_goes(cluster: Cluster, renderings: Renderings, tmp_path: Path) -> None:
    tree = Path(shutil.copytree(renderings.tree(BASE), tmp_path / "tree"))
    overlay = tree / "deploy/overlays/staging/kustomization.yaml"
    overlay.write_text(f"{overlay.read_text()}  - ../../components/ingress\n")
    before = cluster.objects()
    result = cluster.deploy(tree, SECOND)
    assert result.returncode == 0, result.stderr
    assert before.keys() ^ cluster.objects().keys() == {"HTTPRoute/orders-api", "Ingress/orders-api"}
    assert cluster.run(tree, "rollback").returncode == 0
    assert cluster.objects() == before


def test_a_first_release_that_fails_has_none_to_return_to(renderings: Renderings, tmp_path: Path) -> None:
    need("kubectl")
    cluster = Cluster(tmp_path)
    tree = renderings.tree(BASE)
    assert cluster.deploy(tree, FIRST, FAIL="migration").returncode == 3
    result = cluster.deploy(tree, SECOND, FAIL="rollout")
    assert (result.returncode, "no former release" in result.stderr) == (5, True), result.stderr


def test_a_former_release_that_is_back_is_asked_again(cluster: Cluster, renderings: Renderings) -> None:
    before = cluster.objects()
    cluster.curl(22)
    result = cluster.deploy(renderings.tree(MORE), SECOND, SMOKE_URL="http://service.example/")
    assert result.returncode == 5, result.stderr
    assert "the former release is back, but SMOKE_URL does not answer" in result.stderr
    assert cluster.objects() == before
