"""A project on a running node: deployed by its own verbs, without a lost request, taken back by itself."""

import json
import re

import httpx
import pytest

from tests.delivery.api_server import Facts
from tests.delivery.cluster import BACKING, NAMESPACE, Site, load
from tests.delivery.rollout import (
    GATEWAY,
    SERVICES,
    UNDECLARED,
    images,
    project,
    released,
    servers,
    site,
    target,
    until,
)
from tests.support.repository import ROOT
from tests.support.rules.sources import load as facts_of

__all__ = ["images", "project", "released", "servers", "site", "target"]
pytestmark = pytest.mark.rest

PORT = 8000


def test_a_deploy_into_an_empty_namespace_migrates_and_serves_orders(
    released: Site, images: dict[str, str]
) -> None:
    migration = released.get("job", f"migrate-{images['first'].removeprefix('sha256:')[:12]}")
    assert migration["status"]["succeeded"] == 1
    for name in ("web", "worker"):
        until(lambda name=name: two_ready(released, name), f"two ready processes of {name}")
    made = httpx.post(f"{released.url}/orders", json={"item": "tea", "quantity": 2}, timeout=10)
    assert made.status_code == 201
    order = f"{released.url}/orders/{made.json()['id']}"
    until(lambda: httpx.get(order, timeout=10).json()["status"] == "confirmed", "the worker's confirmation")


def two_ready(site: Site, name: str) -> bool:
    """Whether the autoscaler's minimum is there."""
    status = site.get("deployment", name)["status"]
    return bool(status.get("readyReplicas", 0) == status["replicas"] >= 2)


def test_the_metrics_of_the_contracts_are_there(released: Site) -> None:
    contracts = ["contract.yml", *(f"services/{name}/service.yml" for name in SERVICES)]
    stated = {name for path in contracts for name in facts_of(ROOT, f"catalog/{path}").get("metrics", [])}
    shown = httpx.get(f"{released.url}/metrics", timeout=10).text
    (worker, *_) = released.pods("worker")
    code = f"import urllib.request as r; print(r.urlopen('http://127.0.0.1:{PORT}/metrics').read().decode())"
    shown += released.kubectl("exec", worker["metadata"]["name"], "--", "python", "-c", code)
    found = set(re.findall(r"^# TYPE (\w+) ", shown, re.MULTILINE))
    assert stated - found == set()


def test_a_policy_blocks_what_is_not_declared(released: Site) -> None:
    (web, *_) = released.pods("web")
    name, address = web["metadata"]["name"], web["status"]["podIP"]
    assert released.connects(GATEWAY, "orders-cluster-probe", address, PORT)
    assert not released.connects(BACKING, "orders-cluster-probe", address, PORT)
    stranger = _probe_address(released)
    assert released.connects(NAMESPACE, name, f"postgres.{BACKING}", 5432)
    assert released.connects(GATEWAY, "orders-cluster-probe", stranger, UNDECLARED)
    assert not released.connects(NAMESPACE, name, stranger, UNDECLARED)
    ports = [{"port": UNDECLARED, "protocol": "TCP"}]
    spec = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"ports": ports}]}
    metadata = {"name": "declared-now", "namespace": NAMESPACE}
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": spec,
    }
    released.cluster.put(policy)
    until(lambda: released.connects(NAMESPACE, name, stranger, UNDECLARED), "the way that is declared", 20)
    released.kubectl("delete", "networkpolicy", "declared-now")


def _probe_address(site: Site) -> str:
    options = ("--namespace", BACKING, "--output", "jsonpath={.status.podIP}")
    return site.cluster.kubectl("get", "pod", "orders-cluster-probe", *options).stdout


def test_an_admin_command_runs_in_the_image_that_runs(released: Site) -> None:
    result = released.make("admin", "CMD=create-admin a@b.c")
    assert result.returncode == 0, result.stdout[-6000:]
    query = "SELECT email, is_admin FROM users"
    psql = ("psql", "--username=app", "--no-align", "--tuples-only", f"--command={query}", "app")
    rows = released.cluster.kubectl("exec", "--namespace", BACKING, "postgres", "--", *psql).stdout
    assert rows.split() == ["a@b.c|t"]


def test_the_autoscaler_measures_and_the_budget_lets_a_node_be_drained(released: Site) -> None:
    def measured() -> Facts:
        scaler = released.get("hpa", "web")["status"]
        conditions = {entry["type"]: entry["status"] for entry in scaler.get("conditions", [])}
        metrics = sorted(entry["resource"]["name"] for entry in scaler.get("currentMetrics") or [])
        return {
            "able": conditions.get("AbleToScale"),
            "active": conditions.get("ScalingActive"),
            "metrics": metrics,
            "replicas": scaler.get("currentReplicas"),
        }

    def spared() -> tuple[int, int]:
        budget = released.get("pdb", "web")["status"]
        return budget["disruptionsAllowed"], budget["currentHealthy"] - budget["desiredHealthy"]

    # A pod's processor time is known some time after its start; the tests before this one leave pods alone.
    sane = {"able": "True", "active": "True", "metrics": ["cpu", "memory"], "replicas": 2}
    until(lambda: measured() == sane, lambda: f"{sane} instead of {measured()}", 120)
    until(lambda: spared() == (1, 1), lambda: f"one pod to spare instead of {spared()}")


def test_a_rollout_restart_loses_no_request(released: Site) -> None:
    before = _names(released, "web")
    with load(released.url) as requests:
        released.kubectl("rollout", "restart", "deployment/web")
        released.kubectl("rollout", "status", "deployment/web", "--timeout=120s")
        until(lambda: not before & _names(released, "web"), "new pods")
    assert requests.failures == []
    assert requests.answered > 20


def test_a_deleted_pod_loses_no_request(released: Site) -> None:
    (pod, *_) = released.pods("web")
    with load(released.url) as requests:
        released.kubectl("delete", "pod", pod["metadata"]["name"], "--timeout=90s")
        released.kubectl("rollout", "status", "deployment/web", "--timeout=120s")
    assert requests.failures == []
    assert requests.answered > 20


def policies(site: Site) -> list[str]:
    """Names of the policies that are the project's."""
    options = ("--selector=app.kubernetes.io/name=orders-cluster", "--output=name")
    return site.kubectl("get", "networkpolicy", *options).split()


def test_a_release_that_does_not_start_is_taken_back_and_a_rollback_returns_to_the_one_before(
    released: Site, images: dict[str, str], target: str
) -> None:
    # As a release leaves it that had one backing service more. Helm knows its own objects only.
    former = {
        "name": "to-former",
        "namespace": NAMESPACE,
        "labels": {"app.kubernetes.io/name": "orders-cluster"},
    }
    spec = {"podSelector": {}, "policyTypes": ["Egress"]}
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": former, "spec": spec}
    released.cluster.put(policy)
    before = policies(released)
    left = [name for name in before if target == "helm" or not name.endswith("/to-former")]
    with load(released.url) as requests:
        second = released.deploy(images["second"])
        assert second.returncode == 0, second.stdout[-6000:]
        until(lambda: released.revision() == "second", "the second release")
        assert policies(released) == left
        broken = released.deploy(images["broken"])
        assert broken.returncode != 0
        assert "the former release is back" in broken.stdout, broken.stdout[-6000:]
        assert images["second"] in json.dumps(released.get("deployment", "web"))
        back = released.make("rollback")
        assert back.returncode == 0, back.stdout[-6000:]
        until(lambda: released.revision() == "first", "the first release")
        assert policies(released) == before
    assert requests.failures == []


def test_every_line_of_every_log_is_json(released: Site) -> None:
    for component in ("web", "worker", "job"):
        logs = {name: _log(released, name) for name in _names(released, component)}
        # Of a container that is gone, the node has a complaint in place of a log.
        there = [logs[name] for name in _names(released, component) if name in logs]
        lines = [json.loads(line) for log in there for line in log.splitlines()]
        assert lines, component
        assert all({"timestamp", "level", "message"} <= line.keys() for line in lines)


def _log(site: Site, pod: str) -> str:
    return site.kubectl("logs", pod, "--tail=-1", "--ignore-errors")


def _names(site: Site, component: str) -> set[str]:
    return {pod["metadata"]["name"] for pod in site.pods(component)}


def test_the_same_load_sees_requests_lost_when_no_process_is_left(released: Site) -> None:
    with load(released.url) as requests:
        released.kubectl("scale", "deployment/web", "--replicas=0")
        until(lambda: requests.failures, "a lost request")
