"""Runs a project's workflows by act, on this host: stub actions, a real registry, a recorded cluster."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import yaml

from tests.support import lab
from tests.support.repository import ROOT, commit, git, repository
from tests.support.tools import call, find, search_path

HERE = Path(__file__).parent
RUNNER = yaml.safe_load((ROOT / "catalog/versions.yml").read_text())["tools"]["github_runner"]
ACTIONS = yaml.safe_load((ROOT / "catalog/versions.yml").read_text())["actions"]


@contextmanager
def registry() -> Iterator[str]:
    """An empty image registry; its host and port."""
    lab.image("registry:2")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = f"scaffold-delivery-{os.getpid()}"
    command = ("run", "--detach", "--name", name, "--publish", f"127.0.0.1:{port}:5000", "registry:2")
    started = call("docker", *command)
    assert started.returncode == 0, started.stderr
    try:
        retries = httpx.HTTPTransport(retries=8)
        with httpx.Client(transport=retries) as client:
            client.get(f"http://localhost:{port}/v2/").raise_for_status()
        yield f"localhost:{port}"
    finally:
        call("docker", "rm", "--force", "--volumes", name)
        pushed = call("docker", "images", "--quiet", "--filter", f"reference=localhost:{port}/*").stdout
        for image in set(pushed.split()):
            call("docker", "rmi", "--force", image)


@contextmanager
def smoke() -> Iterator["Smoke"]:
    """The service's address from outside; it answers 503 while it is `broken`."""
    server = Smoke(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Smoke(ThreadingHTTPServer):
    """A server that a deploy asks whether its release works."""

    broken = False


class _Answer(BaseHTTPRequestHandler):
    server: Smoke

    def do_GET(self) -> None:
        self.send_response(503 if self.server.broken else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Delivery:
    """A project with what its pipeline talks to: `image` is its repository in the registry."""

    project: Path
    folder: Path
    image: str
    smoke: Smoke
    runs: int = field(default=0)

    def change(self, path: str, text: str) -> None:
        """Commit one more line at the end of a file."""
        with (self.project / path).open("a") as file:
            file.write(text)
        commit(self.project, f"Change {path}")

    def serving(self) -> str:
        """The manifest that the cluster was last asked to run."""
        return (self.folder / "cluster" / "deployments.json").read_text()

    def run(self, *, fail: str = "", quick: bool = True) -> "Run":
        """Push HEAD; with `fail` that part goes wrong; `quick` takes the project's own checks as passed."""
        self.runs += 1
        here = self.folder / f"run-{self.runs}"
        (here / "artifacts").mkdir(parents=True)
        (self.folder / "cluster").mkdir(exist_ok=True)
        (here / "record").touch()
        self.smoke.broken = fail == "smoke"
        result = subprocess.run(
            self._command(here, fail),
            cwd=self.project,
            env=self._environment(quick),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )
        shutil.rmtree(here / "artifacts" / "image", ignore_errors=True)
        return Run(result.returncode, result.stdout, here)

    def _environment(self, quick: bool) -> dict[str, str]:
        first = [self.folder / "passing"] if quick else []
        path = [*map(str, [*first, HERE / "bin"]), search_path()]
        kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        return {**kept, "PATH": os.pathsep.join(path)}

    def _command(self, here: Path, fail: str) -> list[str]:
        stubs = [
            part
            for name, pin in ACTIONS.items()
            for part in ("--local-repository", f"{name}@{pin['sha']}={HERE / 'actions' / Path(name).name}")
        ]
        environment = {
            "ORIGIN": self.project.as_uri(),
            "ARTIFACTS": here / "artifacts",
            "RECORD": here / "record",
            "CLUSTER": self.folder / "cluster",
            "REAL_KUBECTL": find("kubectl"),
            "CURL_HOME": self.folder,
            "FAIL": fail,
        }
        told = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
        return [
            *(str(find("act")), "push", "--workflows", ".github/workflows/deliver.yml"),
            *("--platform", f"{RUNNER}=-self-hosted", "--no-cache-server", "--no-skip-checkout"),
            *("--action-cache-path", str(self.folder / "cache"), "--action-offline-mode"),
            *("--var", "REGISTRY_USERNAME=robot", "--secret", "REGISTRY_PASSWORD=hush"),
            *("--var", f"SMOKE_URL=http://127.0.0.1:{self.smoke.server_port}/"),
            *("--var", "KUBE_SERVER=https://127.0.0.1:1"),
            *stubs,
            *told,
        ]


@dataclass(frozen=True)
class Run:
    """One run of the pipeline: how it ended, what it said, and what its stubs recorded."""

    code: int
    output: str
    folder: Path

    @property
    def steps(self) -> list[str]:
        """What happened, in order."""
        return [line.partition(" ")[0] for line in self.record]

    @property
    def record(self) -> list[str]:
        return (self.folder / "record").read_text().splitlines()

    def digests(self, step: str) -> set[str]:
        """What each record of `step` names."""
        return {line.rpartition(" ")[2] for line in self.record if line.startswith(f"{step} ")}

    def artifact(self, name: str) -> str:
        return (self.folder / "artifacts" / name).read_text()


def start(project: Path, folder: Path, image: str, server: Smoke) -> Delivery:
    """Make a rendered project a repository that can be delivered."""
    repository(project)
    git(project, "config", "uploadpack.allowAnySHA1InWant", "true")
    (folder / ".curlrc").write_text("retry-delay = 1\n")
    passing = folder / "passing" / "uv"
    passing.parent.mkdir()
    shutil.copy2(str(find("true")), passing)
    return Delivery(project, folder, image, server)
