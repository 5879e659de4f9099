"""Containers, networks and images of a test: named after this run, removed with it, nobody else's touched."""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

PREFIX = f"scaffold-build-{os.getpid()}"


def docker(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the docker client; its output goes with a failure."""
    result = subprocess.run(["docker", *arguments], text=True, capture_output=True, check=False)
    assert not check or result.returncode == 0, (
        f"docker {' '.join(arguments)}\n{result.stdout[-4000:]}\n{result.stderr[-4000:]}"
    )
    return result


@dataclass(frozen=True)
class Container:
    """A container that a test started."""

    name: str
    port: int

    @property
    def url(self) -> str:
        """Address of the published port on this host."""
        published = docker("port", self.name, f"{self.port}/tcp").stdout.splitlines()[0]
        return f"http://{published}"

    def inspect(self) -> dict[str, Any]:
        return json.loads(docker("inspect", self.name).stdout)[0]

    def log_lines(self) -> list[str]:
        return docker("logs", self.name).stdout.splitlines()

    def wait_until_live(self, path: str, seconds: float = 20) -> None:
        """Wait until a GET of the path is answered at all; the log goes with a failure."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(httpx.TransportError, IndexError):
                httpx.get(self.url + path, timeout=2)
                return
            time.sleep(0.1)
        raise AssertionError("\n".join(["no answer; its log:", *self.log_lines()]))

    def wait_for_exit(self, seconds: float = 40) -> int:
        """Wait for the end of the container and return its exit code."""
        end = time.monotonic() + seconds
        while (state := self.inspect()["State"])["Running"]:
            assert time.monotonic() < end, "\n".join(["still running; its log:", *self.log_lines()])
            time.sleep(0.1)
        return int(state["ExitCode"])


HARDENED = (
    "--read-only",
    *("--user", "65532:65532"),
    *("--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges"),
    *("--tmpfs", "/tmp"),  # noqa: S108 - the one writable place of a container
)


@contextlib.contextmanager
def container(
    image: str, port: int, *options: str, command: tuple[str, ...] = (), **environment: str
) -> Iterator[Container]:
    """Start a hardened container that publishes its port on the loopback interface; remove it at the end."""
    name = f"{PREFIX}-{time.monotonic_ns()}"
    variables = [part for key, value in environment.items() for part in ("--env", f"{key}={value}")]
    publish = ("--publish", f"127.0.0.1:0:{port}")
    docker("run", "--detach", "--name", name, *publish, *HARDENED, *options, *variables, image, *command)
    try:
        yield Container(name, port)
    finally:
        docker("rm", "--force", "--volumes", name, check=False)
