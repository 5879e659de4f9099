"""Whatever ends a run, nothing of it is left: no process, no folder, no container."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.verify import contract, initial
from tests.support import lab
from tests.support.tools import call

from .mutants import harness, project
from .test_stranger import STRANGER, edited

SECONDS = 20.0
DOCKER_SECONDS = 240.0


def processes_of(marker: str) -> list[str]:
    """Command lines of living processes that name the marker."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if marker in line:
                found.append(line)
    return found


def await_true(condition: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)],
)
def test_a_signal_leaves_no_process_and_no_folder(number: signal.Signals, code: int, tmp_path: Path) -> None:
    project.write(tmp_path)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with harness.surroundings() as around:
        command = [
            sys.executable,
            "-m",
            "scaffold",
            "verify",
            str(tmp_path),
            "--runner",
            "host",
            "--only",
            "IX",
        ]
        command += [word for name, url in _urls(around) for word in ("--use", f"{name}={url}")]
        environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": "src"}
        quiet = subprocess.DEVNULL
        run = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)
        await_true(
            lambda: processes_of(str(project.REFERENCE)) and processes_of(str(temporary)), "it never began"
        )
        run.send_signal(number)
        assert run.wait(SECONDS) == code
        await_true(lambda: not processes_of(str(temporary)), "a process is left")
        await_true(lambda: not list(temporary.glob("scaffold-verify-*")), "a folder is left")


def _urls(around: harness.Surroundings) -> list[tuple[str, str]]:
    databases = [("database", database.url) for database in around.databases]
    return databases + [("cache", cache.url) for cache in around.caches]


def docker(*words: str) -> list[str]:
    return call("docker", *words).stdout.split()


@pytest.mark.rest
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_signal_leaves_no_container_network_volume_or_image(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    lab.need_docker()
    name = f"visits-{secrets.token_hex(4)}"
    folder, temporary = tmp_path / name, tmp_path / "temporary"
    temporary.mkdir()
    shutil.copytree(STRANGER, folder)
    lab.images_for(folder)
    file = initial.write(folder)
    assert file.name == contract.FILE_NAME
    file.write_text(edited(file.read_text(encoding="utf-8")), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "scaffold",
        "verify",
        str(folder),
        "--runner",
        "docker",
        "--only",
        "IV,IX",
    ]
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": "src"}
    with (tmp_path / "told").open("wb") as told:
        run = subprocess.Popen(command, env=environment, stdout=told, stderr=told, start_new_session=True)
    image = f"scaffold-verify-{name}"

    def containers() -> list[str]:
        assert run.poll() is None, (tmp_path / "told").read_text(encoding="utf-8")
        return [
            line
            for tag in docker("images", "-q", image)
            for line in docker("ps", "-q", "--filter", f"ancestor={tag}")
        ]

    await_true(containers, "no container was started", DOCKER_SECONDS)
    (identity,) = docker("images", "--format", "{{.Tag}}", image)
    assert remains(identity, image).keys() >= {"containers", "networks", "images"}
    run.send_signal(number)
    assert run.wait(DOCKER_SECONDS) == code
    await_true(lambda: not remains(identity, image), "something is left", DOCKER_SECONDS)
    await_true(lambda: not list(temporary.glob("scaffold-verify-*")), "a folder is left")
    assert not processes_of(str(temporary))


def remains(identity: str, image: str) -> dict[str, list[str]]:
    """What the engine still has of a run, by kind; kinds without anything are left out."""
    project_of = ("--filter", f"name=scaffold-verify-{identity}", "-q")
    found = {
        "containers": docker("ps", "-aq", "--filter", f"label=scaffold.verify={identity}"),
        "networks": docker("network", "ls", *project_of),
        "volumes": docker("volume", "ls", *project_of),
        "images": docker("images", "-q", image),
    }
    return {kind: names for kind, names in found.items() if names}
