"""What the tests of a rollout start from: a project, its images, and a namespace of the node with servers."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

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

SERVICES = ("postgres", "redis", "rabbitmq")
IMAGES = yaml.safe_load((ROOT / "catalog/versions.yml").read_text())["images"]
CLUSTER = yaml.safe_load((ROOT / "catalog/cluster.yml").read_text())
GATEWAY = CLUSTER["gateway"]["namespace"]
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
