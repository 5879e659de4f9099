"""Edits of the sources reach the processes that run, on this host and in containers, one after another."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scaffold import catalog
from tests.build.containers import PREFIX
from tests.build.projects import ROOT, Project, Variant, clean_environment, make_project
from tests.build.stack import Stack, free_port, published, wait_for_status

PROCESSES = ("web", "worker")
EDITS = 3
SECONDS = 30
"""As long as a process gets that hears no signal; an edit has taken 5 on a busy machine, 20 in containers."""

PHRASE = "What is running"
"""Every process describes its version so."""


def watched() -> list[object]:
    """The first stack of each language that can follow its sources, with a worker."""
    known = catalog.load(ROOT)
    stacks = {stack.language: name for name, stack in reversed(known.stacks.items())}
    return [
        pytest.param(Variant(stacks[name], ("rabbitmq",), "watch"), id=stacks[name])
        for name, language in known.languages.items()
        if "watch" in language.facts["commands"]
    ]


pytestmark = [pytest.mark.nightly, pytest.mark.parametrize("stack", watched(), indirect=True, scope="module")]


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A project after `make setup`, whose broker is up."""
    project = make_project(request.param, tmp_path_factory.mktemp(request.param.name))
    project.run("make", "setup")
    values = published((project.path / "compose.yaml").read_text()) | {"WORKER_PORT": free_port()}
    stack = Stack(project, f"{PREFIX}-{request.param.name}", "", values)
    try:
        stack.compose("up", "--wait", "--wait-timeout", "120", "rabbitmq")
        yield stack
    finally:
        stack.compose("down", "--volumes", "--remove-orphans", "--rmi", "local")


@contextlib.contextmanager
def running(project: Project, *command: str, **environment: str) -> Iterator[None]:
    """Run a command, with all that it starts, until the end of the block."""
    process = subprocess.Popen(
        command,
        cwd=project.path,
        env=clean_environment() | environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def source(project: Project) -> Path:
    """The file that has the phrase."""
    return next(path for path in sorted(project.path.glob("src/**/probes.*")) if PHRASE in path.read_text())


def seconds_until_seen(project: Project, urls: list[str]) -> list[float]:
    """Edit the sources a few times; return how long each edit took to be seen at every URL."""
    path = source(project)
    original = path.read_text()
    taken = []
    try:
        for number in range(EDITS):
            path.write_text(original.replace(PHRASE, edited := f"{PHRASE} {number}"))
            start = time.monotonic()
            for url in urls:
                wait_for_text(f"{url}/openapi.json", edited)
            taken.append(round(time.monotonic() - start, 1))
    finally:
        path.write_text(original)
    return taken


def wait_for_text(url: str, text: str) -> None:
    end = time.monotonic() + 4 * SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if text in httpx.get(url, timeout=2).text:
                return
        time.sleep(0.05)
    raise AssertionError(f"no {text!r} at {url} within {4 * SECONDS} s")


def test_processes_on_this_host_follow_edits(stack: Stack) -> None:
    ports = [free_port() for _ in PROCESSES]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    broker = f"amqp://app:app@127.0.0.1:{stack.values['RABBITMQ_PORT']}"
    with contextlib.ExitStack() as ending:
        for process, port in zip(PROCESSES, ports, strict=True):
            variables = {"PORT": port, "AMQP_URL": broker}
            ending.enter_context(running(stack.project, "make", "watch", f"PROCESS={process}", **variables))
        for url in urls:
            wait_for_status(f"{url}/livez", 200, 30)
        taken = seconds_until_seen(stack.project, urls)
    print(f"{stack.project.variant.stack} on this host: {taken} s")  # noqa: T201 - what it is about
    assert max(taken) < SECONDS, taken


def test_processes_in_containers_follow_edits(stack: Stack) -> None:
    up = ("docker", "compose", "--project-name", stack.name, "up", "--build", "--watch")
    with running(stack.project, *up, **stack.values):
        urls = [f"http://127.0.0.1:{stack.values[f'{name.upper()}_PORT']}" for name in PROCESSES]
        for url in urls:
            wait_for_status(f"{url}/livez", 200, 120)
        taken = seconds_until_seen(stack.project, urls)
    print(f"{stack.project.variant.stack} in containers: {taken} s")  # noqa: T201 - what it is about
    assert max(taken) < SECONDS, taken
