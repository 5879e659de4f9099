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
FIRST, SECOND = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
# What stays though nothing refers to it any more.
LEFT = {"ConfigMap", "Namespace", "ServiceAccount"}


@dataclass(frozen=True)
class Cluster:
    """A namespace as a folder, and the release that is out in it."""

    folder: Path

    def deploy(self, tree: Path, digest: str, **variables: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.folder / "bin"), str(HERE / "bin"), search_path()])
        told = {"CLUSTER": str(self.folder), "RECORD": str(self.folder / "record"), "PATH": path}
        told["REAL_KUBECTL"] = str(find("kubectl"))
        command = ["sh", str(tree / "deploy/deploy.sh"), "deploy", "staging", digest]
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
    record = (cluster.folder / "record").read_text()
    assert "delete networkpolicy/to-redis" in record
    assert ("delete deployment/worker" in record) == (fail == "rollout")


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
