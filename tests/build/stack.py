"""A project's whole compose stack, and what its processes say."""

import contextlib
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.build.projects import Project

WATCHER = re.compile(r"\[\d\d:\d\d:\d\d\] ")
"""How a line of watchfiles begins, which tells of a signal."""


@dataclass(frozen=True)
class Stack:
    """A compose project that is up."""

    project: Project
    name: str
    url: str
    values: dict[str, str]

    def compose(self, *arguments: str) -> str:
        return self.project.run(
            "docker", "compose", "--project-name", self.name, *arguments, **self.values
        ).stdout

    def sql(self, statement: str) -> list[str]:
        """Rows of a statement, run in the database server."""
        psql = ("psql", "--username", "app", "--no-psqlrc", "--tuples-only", "--no-align")
        output = self.compose("exec", "-T", "postgres", *psql, "--command", statement, "app")
        return [line for line in output.splitlines() if line]

    def lines(self, service: str) -> list[dict[str, Any]]:
        """What the containers of a service have logged since they were made."""
        output = self.compose("logs", "--no-log-prefix", "--no-color", service)
        return [json.loads(line) for line in output.splitlines() if not WATCHER.match(line)]

    @contextlib.contextmanager
    def paused(self, service: str) -> Iterator[None]:
        """A backing service that answers nobody; at the end it is healthy again, for who depends on that."""
        self.compose("pause", service)
        try:
            yield
        finally:
            self.compose("unpause", service)
        wait_until(lambda: self._health(service) == "healthy", f"the health of {service}")

    def _health(self, service: str) -> str:
        described: dict[str, Any] = json.loads(self.compose("ps", "--format", "json", service))
        return str(described["Health"])

    @property
    def network(self) -> str:
        return f"{self.name}_default"

    @property
    def service(self) -> str:
        """What the project calls itself."""
        return str(self.project.contract["name"])

    def environment(self) -> dict[str, str]:
        """Variables that compose gives to the web process, for a container beside it."""
        config = json.loads(self.compose("config", "--format", "json"))
        return {
            name: value
            for name, value in config["services"]["web"]["environment"].items()
            if value and name != "PORT"
        }


def published(compose_file: str) -> dict[str, str]:
    """A free port for each port that a compose file publishes by a variable."""
    return {name: free_port() for name in re.findall(r"\$\{(\w+_PORT):-[1-9]", compose_file)}


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def readiness_that_says(client: httpx.Client, word: str, status: int, seconds: float = 10) -> dict[str, Any]:
    """Return the readiness with the status and word, which an answer kept for a moment may delay."""
    end = time.monotonic() + seconds
    while (answer := client.get("/readyz")).status_code != status or word not in answer.text:
        assert time.monotonic() < end, f"{answer.status_code} {answer.text}"
        time.sleep(0.2)
    return answer.json()


def wait_for_status(url: str, status: int, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, timeout=10).status_code == status:
                return
        time.sleep(0.2)
    raise AssertionError(f"no {status} from {url} within {seconds} s")


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait until the condition holds; `what` is named when it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not come within {seconds} s"
        time.sleep(0.25)
