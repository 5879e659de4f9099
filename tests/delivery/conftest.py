"""A cluster for the tests, and every object that a combination of answers renders."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.api_server import ApiServer, Facts, install_gateway_api
from tests.support.combinations import combinations
from tests.support.judges.manifests import built
from tests.support.lab import need_cluster
from tests.support.render import Renderings
from tests.support.tools import need

NAMESPACE = "scaffold-delivery"
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


@pytest.fixture(scope="session")
def server(run: Path) -> Iterator[ApiServer]:
    """An API server with a restricted namespace for these tests."""
    need("go")
    server = ApiServer(need_cluster())
    install_gateway_api(server, run)
    metadata = {"name": NAMESPACE, "labels": RESTRICTED}
    server.put({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    try:
        yield server
    finally:
        server.remove_namespace(NAMESPACE)


@pytest.fixture(scope="session")
def objects(renderings: Renderings) -> list[Facts]:
    """Every object of every environment of every combination, each once, in the namespace of these tests."""
    need("kubectl")
    trees = [renderings.tree(answers) for answers in combinations().values()]
    found = {
        json.dumps(_moved(entry), sort_keys=True)
        for tree in trees
        if (tree / "deploy" / "overlays").exists()
        for build in built(tree)
        if {"overlays", "job"} & set(build.folder.parts)
        for entry in build.objects
        if entry["kind"] != "Namespace"
    }
    return [json.loads(text) for text in sorted(found)]


def _moved(entry: Facts) -> Facts:
    return {**entry, "metadata": {**entry["metadata"], "namespace": NAMESPACE}}


@pytest.fixture(scope="session")
def pods(server: ApiServer, objects: list[Facts]) -> list[Facts]:
    """The pod of every Deployment and Job, whose ServiceAccounts are there."""
    accounts = {entry["metadata"]["name"]: entry for entry in objects if entry["kind"] == "ServiceAccount"}
    server.put(*accounts.values())
    return [
        _pod(n, entry["spec"]["template"])
        for n, entry in enumerate(objects)
        if "template" in entry.get("spec", {})
    ]


def _pod(number: int, template: Facts) -> Facts:
    metadata = {**template["metadata"], "name": f"pod-{number}", "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
