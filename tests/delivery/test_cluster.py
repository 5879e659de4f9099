"""A project on a running node: deployed by its own verbs, without a lost request, taken back by itself."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from tests.build.projects import Project, Variant, make_project
from tests.delivery.api_server import ApiServer, Facts, install_gateway_api
from tests.delivery.cluster import (
    BACKING,
    NAMESPACE,
    REGISTRY,
    Site,
    derived,
    load,
    namespace,
    node_port,
    probe_pod,
    pushed,
    registry,
    server_pod,
)
from tests.support import lab
from tests.support.repository import ROOT
from tests.support.rules.sources import load as facts_of
from tests.support.tools import call, need

pytestmark = pytest.mark.rest

SERVICES = ("postgres", "redis", "rabbitmq")
IMAGES = yaml.safe_load((ROOT / "catalog/versions.yml").read_text())["images"]
CLUSTER = yaml.safe_load((ROOT / "catalog/cluster.yml").read_text())
GATEWAY = CLUSTER["gateway"]["namespace"]
PORT = 8000
UNDECLARED = 9999
SPACES = (NAMESPACE, BACKING)
REPOSITORY = f"{REGISTRY}/orders-cluster/orders-cluster"
SECRETS = {
    "DATABASE_URL": f"postgresql://app:app@postgres.{BACKING}:5432/app",
    "REDIS_URL": f"redis://redis.{BACKING}:6379/0",
    "AMQP_URL": f"amqp://app:app@rabbitmq.{BACKING}:5672",
}
NAMESPACES = {
    "kubernetes": "deploy/overlays/staging/environment/namespace.yaml",
    "helm": "deploy/environments/staging/namespace.yaml",
}
# What differs in a test of minutes on one small node: it sees sooner that nothing comes.
QUICKER = {
    "kubernetes": [
        ("deploy/base/deployments.yaml", r"(progressDeadlineSeconds:) \d+", r"\1 40"),
        ("deploy/base/scaling.yaml", r"(maxReplicas:) \d+", r"\1 2"),
        ("deploy/runtime/pod.yaml", r"(cpu:) \d+m", r"\1 50m"),
    ],
    "helm": [
        ("deploy/chart/templates/deployments.yaml", r"(progressDeadlineSeconds:) \d+", r"\1 40"),
        ("deploy/chart/values.yaml", r'("maximum":) \d+', r"\1 2"),
        ("deploy/chart/values.yaml", r'("cpu":) "\d+m"', r'\1 "50m"'),
    ],
}
BROKEN = (
    "USER 0",
    "RUN find /app -path '*/commands/web.py' -exec sh -c 'echo raise SystemExit\\(1\\) >\"$1\"' - {} \\;",
    "USER 65532:65532",
)


def until(condition: Callable[[], object], what: str | Callable[[], str], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            pytest.fail(f"{what if isinstance(what, str) else what()} did not come within {seconds} s")
        time.sleep(0.3)


def backing() -> list[Facts]:
    """The servers that the project's secrets name."""
    found = []
    for name in SERVICES:
        service = facts_of(ROOT, f"catalog/services/{name}/service.yml")
        environment = service["server"].get("environment", {})
        found += server_pod(name, IMAGES[service["image"]], service["port"], **environment)
    return found


@pytest.fixture(scope="module", params=["kubernetes", pytest.param("helm", marks=pytest.mark.nightly)])
def target(request: pytest.FixtureRequest) -> str:
    """By what the project is deployed."""
    return str(request.param)


@pytest.fixture(scope="module")
def project(target: str, tmp_path_factory: pytest.TempPathFactory) -> Project:
    lab.need_docker()
    lab.need_node()
    need("make", "kubectl", "curl", "go", *(["helm"] if target == "helm" else []))
    variant = Variant("python-fastapi", SERVICES, "cluster")
    answers = {"project_name": "orders-cluster", "image_repository": REPOSITORY, "target": target}
    project = make_project(variant, tmp_path_factory.mktemp("cluster"), **answers)
    for file, old, new in QUICKER[target]:
        path = project.path / file
        text, count = re.subn(old, new, path.read_text())
        assert count, file
        path.write_text(text)
    return project


@pytest.fixture(scope="module")
def servers(project: Project, run: Path) -> Iterator[ApiServer]:
    """The cluster, where the servers that the project needs start while its image is built."""
    cluster = ApiServer(lab.need_node())
    lab.load(*(IMAGES[name] for name in SERVICES))
    install_gateway_api(cluster, run)
    cluster.kubectl("delete", "namespace", *SPACES, "--ignore-not-found")
    try:
        cluster.put(namespace(BACKING), *backing())
        yield cluster
    finally:
        cluster.kubectl("delete", "namespace", *SPACES, "--ignore-not-found", "--wait=false")


@pytest.fixture(scope="module")
def images(project: Project, servers: ApiServer) -> Iterator[dict[str, str]]:
    """The digest of each release: two that work and one whose web process ends at once."""
    lab.images_for(project.path)
    with registry():
        first, second, broken = (f"{REPOSITORY}:{name}" for name in ("first", "second", "broken"))
        project.run("make", "image", f"IMAGE={first}", "REVISION=first")
        try:
            yield {
                "first": pushed(first),
                "second": derived(second, "ENV SERVICE_REVISION=second", base=first),
                "broken": derived(broken, *BROKEN, base=first),
            }
        finally:
            call("docker", "rmi", "--force", first, second, broken)


@pytest.fixture(scope="module")
def site(target: str, project: Project, servers: ApiServer, images: dict[str, str]) -> Iterator[Site]:
    """An empty namespace with its Secret, and what reaches it from outside."""
    image = f"{REPOSITORY}@{images['first']}"
    probes = [probe_pod(space, image, UNDECLARED) for space in (BACKING, GATEWAY)]
    try:
        servers.put(namespace(GATEWAY), *probes)
        applied = servers.kubectl("apply", "--filename", str(project.path / NAMESPACES[target]))
        assert applied.returncode == 0, applied.stderr
        servers.put(node_port())
        for space in (BACKING, GATEWAY):
            wait = ("wait", "--namespace", space, "--for=condition=Ready", "pods", "--all", "--timeout=120s")
            waited = servers.kubectl(*wait)
            assert waited.returncode == 0, waited.stderr
        site = Site(project, servers, REPOSITORY, "")
        port = site.get("service", "outside")["spec"]["ports"][0]["nodePort"]
        values = [f"--from-literal={name}={value}" for name, value in SECRETS.items()]
        site.kubectl("create", "secret", "generic", "orders-cluster", *values)
        yield Site(project, servers, REPOSITORY, f"http://127.0.0.1:{port}")
    finally:
        servers.kubectl("delete", "pod", "--namespace", GATEWAY, "orders-cluster-probe", "--wait=false")


@pytest.fixture(scope="module")
def released(site: Site, images: dict[str, str]) -> Site:
    """The first release is out."""
    result = site.deploy(images["first"])
    assert result.returncode == 0, result.stdout[-6000:]
    return site


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
    before = {pod["metadata"]["name"] for pod in released.pods("web")}
    with load(released.url) as requests:
        released.kubectl("rollout", "restart", "deployment/web")
        released.kubectl("rollout", "status", "deployment/web", "--timeout=120s")
        until(lambda: not before & {pod["metadata"]["name"] for pod in released.pods("web")}, "new pods")
    assert requests.failures == []
    assert requests.answered > 20


def test_a_deleted_pod_loses_no_request(released: Site) -> None:
    (pod, *_) = released.pods("web")
    with load(released.url) as requests:
        released.kubectl("delete", "pod", pod["metadata"]["name"], "--timeout=90s")
        released.kubectl("rollout", "status", "deployment/web", "--timeout=120s")
    assert requests.failures == []
    assert requests.answered > 20


def test_a_release_that_does_not_start_is_taken_back_and_a_rollback_returns_to_the_one_before(
    released: Site, images: dict[str, str]
) -> None:
    with load(released.url) as requests:
        second = released.deploy(images["second"])
        assert second.returncode == 0, second.stdout[-6000:]
        until(lambda: released.revision() == "second", "the second release")
        broken = released.deploy(images["broken"])
        assert broken.returncode != 0
        assert "the former release is back" in broken.stdout, broken.stdout[-6000:]
        assert images["second"] in json.dumps(released.get("deployment", "web"))
        back = released.make("rollback")
        assert back.returncode == 0, back.stdout[-6000:]
        until(lambda: released.revision() == "first", "the first release")
    assert requests.failures == []


def test_every_line_of_every_log_is_json(released: Site) -> None:
    for component in ("web", "worker", "job"):
        selector = f"--selector=app.kubernetes.io/component={component}"
        text = released.kubectl("logs", selector, "--tail=-1", "--ignore-errors")
        lines = [json.loads(line) for line in text.splitlines()]
        assert lines, component
        assert all({"timestamp", "level", "message"} <= line.keys() for line in lines)


def test_the_same_load_sees_requests_lost_when_no_process_is_left(released: Site) -> None:
    with load(released.url) as requests:
        released.kubectl("scale", "deployment/web", "--replicas=0")
        until(lambda: requests.failures, "a lost request")
