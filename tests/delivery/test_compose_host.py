"""A host with Docker Compose: releases without a gap, a bad one taken back, rollback, admin commands."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.build.containers import docker
from tests.build.projects import Project, Variant, make_project
from tests.support import lab
from tests.support.combinations import load_questions

pytestmark = pytest.mark.rest

NAME = f"host-{os.getpid()}"
REPLICAS = 2


def free_ports(count: int) -> int:
    """The first of so many ports in a row that are free."""
    for first in range(21000, 29000, count):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in range(first, first + count):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
    raise AssertionError("no free ports")


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    """A registry on the loopback interface, as `localhost:PORT`."""
    lab.need_docker()
    lab.image("registry:2")
    name = f"{NAME}-registry"
    docker("run", "--detach", "--name", name, "--publish", "127.0.0.1:0:5000", "registry:2")
    try:
        yield f"localhost:{docker('port', name, '5000/tcp').stdout.strip().rpartition(':')[2]}"
    finally:
        docker("rm", "--force", "--volumes", name, check=False)


class Host:
    """A project that is released on this machine."""

    def __init__(self, project: Project, repository: str) -> None:
        self.project = project
        self.repository = repository
        self.ports = range(first := free_ports(2 * REPLICAS), first + 2 * REPLICAS)

    def make(self, verb: str, *variables: str, check: bool = True) -> tuple[int, str]:
        result = self.project.run(
            "make", verb, *variables, check=check, WEB_PORTS=f"{self.ports[0]}-{self.ports[-1]}"
        )
        return result.returncode, result.stdout

    def push(self, tag: str, *instructions: str) -> str:
        """Build an image, of the project or upon the first one, push it, and return its digest."""
        image = f"{self.repository}:{tag}"
        if instructions:
            (self.project.path / "Dockerfile.other").write_text(
                "\n".join([f"FROM {self.repository}:first", *instructions, ""])
            )
            self.project.run("docker", "build", "--tag", image, "--file", "Dockerfile.other", ".")
        else:
            self.make("image", f"IMAGE={image}", f"REVISION={tag}")
        docker("push", "--quiet", image)
        digests = docker("image", "inspect", "--format", '{{join .RepoDigests "\\n"}}', image).stdout
        return next(d for d in digests.split() if d.startswith(f"{self.repository}@")).partition("@")[2]

    def revision(self) -> str | None:
        """What the release says that answers, as a proxy would ask: the first port that is ready."""
        for port in self.ports:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == httpx.codes.OK:
                    return str(httpx.get(f"http://127.0.0.1:{port}/version", timeout=5).json()["revision"])
        return None

    def remove(self) -> None:
        self.project.run(
            "docker", "compose", "--file", "deploy/compose.yaml", "down", "--timeout", "5", check=False
        )
        references = docker("images", "--quiet", self.repository).stdout.split()
        docker("rmi", "--force", *references, check=False)


@pytest.fixture(scope="module")
def host(registry: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    stack = next(question.values[0] for question in load_questions() if question.name == "stack")
    folder = tmp_path_factory.mktemp("host")
    repository = f"{registry}/{NAME}"
    project = make_project(
        Variant(stack, ()), folder, project_name=NAME, target="compose", image_repository=repository
    )
    lab.images_for(folder)
    host = Host(project, repository)
    try:
        yield host
    finally:
        host.remove()


class Load:
    """Asks for an answer again and again while the block lasts, and counts the times that nobody had one."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.answered = self.failed = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._over.wait(0.05):
            if self.host.revision() is None:
                self.failed += 1
            else:
                self.answered += 1

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def test_a_host_releases_without_a_gap_and_takes_a_bad_release_back(host: Host) -> None:
    first = host.push("first")
    second = host.push("second")
    bad = host.push("bad", 'ENTRYPOINT ["false"]')

    assert host.make("deploy", "DIGEST=latest", check=False)[0] != 0
    assert host.revision() is None
    host.make("deploy", f"DIGEST={first}")
    assert host.revision() == "first"

    with Load(host) as load:
        host.make("deploy", f"DIGEST={second}")
    assert (host.revision(), load.failed) == ("second", 0)
    assert load.answered > 0

    with Load(host) as load:
        code, said = host.make("deploy", f"DIGEST={bad}", check=False)
    assert (code, "the former release is back" in said) == (2, True), said
    assert (host.revision(), load.failed) == ("second", 0)
    running = docker(
        "ps", "--quiet", "--filter", f"label=com.docker.compose.project={NAME}-production"
    ).stdout
    assert len(running.split()) == REPLICAS

    host.make("rollback")
    assert host.revision() == "first"
    assert "console" in host.make("admin", "CMD=--help")[1]
    assert host.make("admin", "CMD=no-such-command", check=False)[0] != 0
