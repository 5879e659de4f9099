"""What runs a service: processes of this host, or containers of its image."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Launch:
    """One process to start: its command, its whole declared environment, the port it is told to listen on."""

    command: tuple[str, ...]
    env: Mapping[str, str]
    port: int | None = None
    temporary: Path | None = None
    input: bytes = b""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Runner-specific words: `wrap` stands before a host command, `docker` among docker's flags."""


class Instance(Protocol):
    """A started process, whole with everything that it started."""

    host: str
    port: int | None
    """Where it is reached from this machine."""
    started: float
    """When, by the monotonic clock."""

    def poll(self) -> int | None:
        """Return the exit code (128 + signal for a death by signal), or None while it runs."""

    def wait(self, seconds: float) -> int | None:
        """Wait for the end; None if it still runs then."""

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the main process; a dead one is no error."""

    def output(self) -> tuple[str, str]:
        """Return all of stdout and stderr so far."""

    def tree(self) -> dict[int, str]:
        """Return the processes of the instance with their states, the main one first."""

    def leftovers(self) -> list[str]:
        """Return what outlived the main process."""

    def waited_seconds(self) -> float:
        """Return how long the main process was ready to run but had no core, 0 where that is unknown."""

    def slowed(self) -> float:
        """Return how many times longer its work took than with a core for each thread, 1 where unknown."""

    def lived_seconds(self) -> float:
        """Return how long it lived once it has ended, less its wait for a core where that is known."""

    def close(self) -> None:
        """Kill what is left; returns when it is gone."""


class Runner(Protocol):
    """Starts instances of one service."""

    name: str
    gateway: str
    """Name under which an instance reaches this machine's ports."""
    listen: str
    """Address that something on this machine listens on so that an instance reaches it."""

    def start(self, launch: Launch) -> Instance:
        """Start a process.

        Raises:
            CannotStart: the command could not be started at all.
        """

    def describe(self) -> str:
        """Say in a few words what runs: a folder or an image."""


class CannotStart(Exception):  # noqa: N818 - says what happened
    """A command could not be executed; carries the system's word for why."""
