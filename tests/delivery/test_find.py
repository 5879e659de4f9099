"""A pipeline builds where the registry says that it has no image of the tree, and only there."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.support.render import Renderings
from tests.support.repository import git, repository
from tests.support.tools import need, search_path

TYPE = "application/vnd.oci.image.index.v1+json"
MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": TYPE, "manifests": []}).encode()
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"
# What skopeo said of registries that answered so.
READING = 'level=fatal msg="Error parsing image name: reading manifest tree-1 in localhost/a: {}"'
SAID = {
    "manifest unknown": True,
    "name unknown: repository name not known to registry": True,
    "unknown: artifact a/b:tree-1 not found": True,
    "unauthorized: authentication required": False,
    "denied: requested access to the resource is denied": False,
    "toomanyrequests: rate limit exceeded": False,
    "received unexpected HTTP status: 503 Service Unavailable": False,
    "pinging container registry: dial tcp: lookup registry: no such host": False,
}


class Registry(ThreadingHTTPServer):
    """Answers every question for a manifest by `status`."""

    status = 200


class _Answer(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        body = MANIFEST if self.server.status == 200 else b"{}"
        self.send_response(self.server.status)
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", DIGEST)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server asks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def asked() -> Iterator[Registry]:
    server = Registry(("127.0.0.1", 0), _Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def projects(renderings: Renderings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A clone of the project for each provider."""
    folder = tmp_path_factory.mktemp("find")
    answers = {"target": "kubernetes", "services": []}
    trees = {ci: renderings.tree({**answers, "ci": ci}) for ci in ("github", "gitlab")}
    return {ci: repository(Path(shutil.copytree(tree, folder / ci))) for ci, tree in trees.items()}


def find(project: Path, image: str, *programs: Path) -> subprocess.CompletedProcess[str]:
    """Run the script as the job does."""
    (script,) = project.glob(".git?*b/find.sh")
    told = {**os.environ, "IMAGE": image, "PATH": os.pathsep.join([*map(str, programs), search_path()])}
    return subprocess.run([script], cwd=project, env=told, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("status", [200, 404, 401, 403, 429, 500, 503])
def test_github_builds_where_the_registry_answers_not_found(
    status: int, projects: dict[str, Path], asked: Registry
) -> None:
    need("docker buildx", "jq")
    asked.status = status
    image = f"localhost:{asked.server_port}/orders-api"
    result = find(projects["github"], image)
    tree = git(projects["github"], "rev-parse", "HEAD^{tree}").strip()
    assert (result.returncode == 0) == (status in {200, 404}), result
    assert f"tag={image}:tree-{tree}\n" in result.stdout
    assert (f"digest={DIGEST}\n" in result.stdout) == (status == 200)
    assert bool(result.stderr) == (status not in {200, 404})


def test_github_fails_where_no_registry_answers(projects: dict[str, Path]) -> None:
    need("docker buildx", "jq")
    result = find(projects["github"], "localhost:1/orders-api")
    assert (result.returncode, "connection refused" in result.stderr) == (1, True), result


@pytest.mark.parametrize("said", SAID)
def test_gitlab_builds_where_skopeo_says_not_found(
    said: str, projects: dict[str, Path], tmp_path: Path
) -> None:
    skopeo = tmp_path / "skopeo"
    skopeo.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{READING.format(said)}\nEND\nexit 1\n")
    skopeo.chmod(0o755)
    result = find(projects["gitlab"], "registry.example.com/orders-api", tmp_path)
    assert ((result.returncode == 0), said in result.stderr) == (SAID[said], not SAID[said]), result
    assert "FOUND" not in (projects["gitlab"] / "find.env").read_text()
