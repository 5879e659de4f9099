"""The tests that need services run as GitLab runs them: in a container, beside the servers of its job."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.delivery.delivery import HERE
from tests.support import lab
from tests.support.judges.pipelines import images
from tests.support.render import write_project
from tests.support.repository import ROOT, repository
from tests.support.tools import call, find, need, search_path

pytestmark = pytest.mark.nightly

# The images of this test, apart from those that others on this host use.
PREFIX = "scaffold-services/"
WAIT = f"{PREFIX}wait:1"
BASE = "python:3.14-slim"
TOOLCHAIN = f"""\
FROM {BASE}
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends git make
COPY --from=ghcr.io/astral-sh/uv:0.13 /uv /usr/local/bin/
"""
# gitlab-ci-local calls it with HOST:PORT and a timeout, for each port that a server's image exposes.
WAITING = f"""\
FROM {BASE}
RUN printf 'until (: >"/dev/tcp/${{1%%:*}}/${{1##*:}}") 2>/dev/null; do sleep 0.2; done' >/wait
ENTRYPOINT ["timeout", "30", "bash", "/wait"]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    lab.need_docker()
    need("gitlab-ci-local", "git")
    recorded = yaml.safe_load((ROOT / "examples/python-full/.copier-answers.yml").read_text())
    answers = {name: value for name, value in recorded.items() if not name.startswith("_")}
    folder = tmp_path_factory.mktemp("services") / "project"
    project = write_project(ROOT, folder, {**answers, "ci": "gitlab", "base_image_prefix": PREFIX})
    repository(project)
    toolchain, *servers = images(_job(project, ".toolchain")) + images(_job(project, "integration"))
    try:
        for server in servers:
            lab.image(server.removeprefix(PREFIX))
            assert call("docker", "tag", server.removeprefix(PREFIX), server).returncode == 0
        _build(toolchain, TOOLCHAIN)
        _build(WAIT, WAITING)
        yield project
    finally:
        call("docker", "rmi", toolchain, WAIT, *servers)


def _job(project: Path, name: str) -> dict[str, object]:
    files = (project / ".gitlab").glob("*.gitlab-ci.yml")
    (job,) = [
        part[name] for part in map(yaml.safe_load, (file.read_text() for file in files)) if name in part
    ]
    return dict(job)


def _build(reference: str, text: str) -> None:
    command = ["docker", "build", "--quiet", "--tag", reference, "-"]
    built = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    assert built.returncode == 0, built.stderr


def test_the_tests_with_services_pass_in_the_jobs_containers(project: Path, tmp_path: Path) -> None:
    options = ("--wait-image", WAIT, "--helper-image", BASE, "--home", str(tmp_path), "--no-color")
    given = ("--variable", "CI_PIPELINE_SOURCE=push", "--ignore-predefined-vars", "CI_PIPELINE_SOURCE")
    command = [str(find("gitlab-ci-local")), "integration", *options, *given]
    path = os.pathsep.join([str(HERE / "programs"), search_path()])
    result = subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "PATH": path},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout[-8000:]
    assert re.search(r"[1-9]\d* passed", result.stdout), result.stdout[-8000:]
    assert "skipped" not in result.stdout
