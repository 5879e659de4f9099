"""A cluster that runs pods: the objects of a test in namespaces of its own, and requests in a loop."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.build.projects import Project
from tests.delivery.api_server import ApiServer, Facts
from tests.support.tools import call, search_path

NAMESPACE = "orders-cluster-staging"
BACKING = "orders-cluster-backing"
REGISTRY = "localhost:5000"


@dataclass
class Load:
    """Requests one after another, each on a new connection; what was not answered well is kept."""

    url: str
    answered: int = 0
    failures: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        # Without kept connections each request is routed anew, as a new caller's is.
        limits = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(base_url=self.url, limits=limits, timeout=15) as client:
            while not self.ended.wait(0.05):
                self._ask(client)

    def _ask(self, client: httpx.Client) -> None:
        method, status = ("GET", 200) if self.answered % 2 else ("POST", 201)
        body = {"json": {"item": "tea", "quantity": 1}} if method == "POST" else {}
        try:
            answer = client.request(method, "/orders", **body)
        except httpx.TransportError as error:
            self.failures.append(repr(error))
            return
        if answer.status_code != status:
            self.failures.append(f"{answer.status_code} {answer.text[:200]}")
        self.answered += 1


@contextmanager
def load(url: str) -> Iterator[Load]:
    """Orders written and read from the start of the block to its end."""
    requests = Load(url)
    thread = threading.Thread(target=requests.run)
    thread.start()
    try:
        yield requests
    finally:
        requests.ended.set()
        thread.join()


@dataclass(frozen=True)
class Site:
    """The project with its namespace, and the address of its Service on this host."""

    project: Project
    cluster: ApiServer
    repository: str
    url: str

    def kubectl(self, *arguments: str) -> str:
        """Run kubectl in the project's namespace; its output."""
        result = self.cluster.kubectl("--namespace", NAMESPACE, *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def make(self, verb: str, *variables: str) -> subprocess.CompletedProcess[str]:
        """Run a verb of the project, as a person would, against this cluster."""
        smoke = {"SMOKE_URL": f"{self.url}/orders"}
        environment = {"KUBECONFIG": str(self.cluster.kubeconfig), "PATH": search_path(), **smoke}
        return self.project.run("make", verb, "ENV=staging", *variables, check=False, **environment)

    def deploy(self, digest: str) -> subprocess.CompletedProcess[str]:
        return self.make("deploy", f"DIGEST={digest}")

    def get(self, kind: str, name: str) -> Facts:
        return json.loads(self.kubectl("get", kind, name, "--output", "json"))

    def pods(self, component: str) -> list[Facts]:
        """Pods of a process that are not ending."""
        selector = f"app.kubernetes.io/component={component}"
        found = json.loads(self.kubectl("get", "pods", "--selector", selector, "--output", "json"))["items"]
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def revision(self) -> str:
        return str(httpx.get(f"{self.url}/version", timeout=10).json()["revision"])

    def connects(self, namespace: str, pod: str, host: str, port: int) -> bool:
        """Whether a process in the pod can open a connection."""
        code = f"import socket; socket.create_connection(({host!r}, {port}), timeout=3)"
        command = ("exec", "--namespace", namespace, pod, "--", "python", "-c", code)
        result = self.cluster.kubectl(*command)
        assert result.returncode == 0 or "timed out" in result.stderr or "refused" in result.stderr, result
        return result.returncode == 0


@contextmanager
def registry() -> Iterator[None]:
    """A registry at the port where the node looks for what it does not have; one that runs there is used."""
    if _registry_answers():
        yield
        return
    name = "orders-cluster-registry"
    call("docker", "rm", "--force", "--volumes", name)
    started = call(
        "docker", "run", "--detach", "--name", name, "--publish", "127.0.0.1:5000:5000", "registry:2"
    )
    assert started.returncode == 0, started.stderr
    try:
        end = time.monotonic() + 30
        while not _registry_answers():
            assert time.monotonic() < end, "the registry does not answer"
            time.sleep(0.2)
        yield
    finally:
        call("docker", "rm", "--force", "--volumes", name)


def _registry_answers() -> bool:
    try:
        return httpx.get(f"http://{REGISTRY}/v2/", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def pushed(reference: str) -> str:
    """Push an image; its digest."""
    repository = reference.rpartition(":")[0]
    result = call("docker", "push", "--quiet", reference)
    assert result.returncode == 0, result.stderr
    listed = call("docker", "image", "inspect", "--format", "{{json .RepoDigests}}", reference).stdout
    (digest,) = {name.partition("@")[2] for name in json.loads(listed) if name.startswith(f"{repository}@")}
    return str(digest)


def derived(reference: str, *lines: str, base: str) -> str:
    """Build another image on top of one and push it; its digest."""
    text = "\n".join([f"FROM {base}", *lines, ""])
    command = ["docker", "build", "--quiet", "--tag", reference, "-"]
    built = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    assert built.returncode == 0, built.stderr
    return pushed(reference)


def namespace(name: str) -> Facts:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def server_pod(name: str, image: str, port: int, **environment: str) -> list[Facts]:
    """A backing service as a pod and a Service of one name."""
    metadata = {"name": name, "namespace": BACKING, "labels": {"app": name}}
    container: dict[str, Any] = {
        "name": name,
        "image": image,
        "env": [{"name": key, "value": value} for key, value in environment.items()],
        "readinessProbe": {"tcpSocket": {"port": port}, "periodSeconds": 1},
        # Without a request it would be the first to starve on a busy host.
        "resources": {"requests": {"cpu": "200m", "memory": "256Mi"}},
    }
    pod = {"terminationGracePeriodSeconds": 0, "automountServiceAccountToken": False}
    service = {"selector": {"app": name}, "ports": [{"port": port}]}
    return [
        {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {**pod, "containers": [container]}},
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": service},
    ]


def probe_pod(space: str, image: str, port: int) -> Facts:
    """A pod that listens at a port and can be asked to connect elsewhere."""
    container = {"name": "probe", "image": image, "command": ["python", "-m", "http.server", str(port)]}
    spec = {
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "containers": [container],
    }
    metadata = {"name": "orders-cluster-probe", "namespace": space, "labels": {"app": "probe"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def node_port() -> Facts:
    """The web processes at a port of this host."""
    selector = {"app.kubernetes.io/name": "orders-cluster", "app.kubernetes.io/component": "web"}
    spec = {"type": "NodePort", "selector": selector, "ports": [{"port": 80, "targetPort": "http"}]}
    metadata = {"name": "outside", "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
