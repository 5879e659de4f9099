"""A running process of the service, as checks handle it."""

import contextlib
import json
import secrets
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

from scaffold.verify import client
from scaffold.verify.client import Answer, Connection, Unanswered
from scaffold.verify.contract import BackingService, Contract, Request
from scaffold.verify.logs import Log
from scaffold.verify.registry import Failed, Late
from scaffold.verify.runners import Instance

POLL_SECONDS = 0.02
LARGEST_POLL_SECONDS = 0.2
POLL_SHARE = 0.05
"""Part of the time that has passed after which to look again: what takes long need not be seen so exactly."""
SETTLE_SECONDS = 0.3
PROBE_SECONDS = 1.0
MOST_SLOWED = 4.0
"""Times by which a busy machine lengthens a bound at most: every wait stays bounded."""
OCTETS = "application/octet-stream"


def pause(begun: float) -> None:
    """Wait before the next look at what began then: a moment, and longer the longer it takes."""
    time.sleep(min(max(POLL_SECONDS, (time.monotonic() - begun) * POLL_SHARE), LARGEST_POLL_SECONDS))


class Service:
    """One process, and everything that a check does to it from outside."""

    def __init__(self, instance: Instance, contract: Contract, name: str, port: int | None) -> None:
        self.instance, self._contract = instance, contract
        self.name = name
        self.port = port
        """The port that it was told to listen on."""
        self.ready_at = 0.0
        """Seconds from start to the first 200 of readiness."""
        self.ready_after = 0.0
        """The same, less the seconds spent waiting for a core."""

    @property
    def log(self) -> Log:
        """What it wrote so far."""
        return Log(*self.instance.output())

    @property
    def address(self) -> tuple[str, int]:
        """Host and port under which this machine reaches it."""
        return self.instance.host, self.instance.port or 0

    @property
    def uptime(self) -> float:
        """Seconds since its start."""
        return time.monotonic() - self.instance.started

    def within(self, seconds: float) -> float:
        """Lengthen a bound by what the process's wait for a core costs it, as the kernel counts that."""
        return seconds * min(self.instance.slowed(), MOST_SLOWED)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 5.0,
    ) -> Answer:
        """Send a request on a connection of its own.

        Raises:
            Unanswered: no whole answer came within `timeout` seconds.
        """
        return client.request(*self.address, method, path, headers=headers, body=body, timeout=timeout)

    def get(self, path: str, *, headers: Mapping[str, str] | None = None, timeout: float = 5.0) -> Answer:
        """Send a GET request."""
        return self.request("GET", path, headers=headers, timeout=timeout)

    def send(
        self,
        declared: Request,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 5.0,
    ) -> Answer:
        """Send a request of the contract, with a body of its own where there is one."""
        made, found = encoded(declared)
        return self.request(
            declared.method,
            declared.path,
            headers={**found, **(headers or {})},
            body=made if body is None else body,
            timeout=timeout,
        )

    def probe(self, path: str, *, timeout: float = 5.0) -> int:
        """Return the status of a probe, 0 where nothing answers."""
        try:
            return self.get(path, timeout=timeout).status
        except Unanswered:
            return 0

    def connect(self, *, timeout: float = 5.0) -> Connection:
        """Open a connection to speak HTTP on by hand."""
        return Connection(*self.address, timeout=timeout)

    def await_ready(self, seconds: float) -> None:
        """Wait until readiness is 200.

        Raises:
            Failed: it is not within the time, or the process ends first; with its last lines.
        """
        self.await_status(self._contract.http.readiness, 200, seconds)
        self.ready_at = self.uptime
        self.ready_after = max(self.ready_at - self.instance.waited_seconds(), 0)

    def await_status(self, path: str, status: int, seconds: float) -> float:
        """Wait until a probe has a status; return how long it took.

        Raises:
            Failed: it never had it, or the process ended.
        """
        begun = time.monotonic()
        seen = 0
        while (spent := time.monotonic() - begun) < self.within(seconds):
            seen = self.probe(path, timeout=max(seconds - spent, PROBE_SECONDS))
            if seen == status:
                return time.monotonic() - begun
            if (code := self.instance.poll()) is not None:
                outcome = Failed if spent < seconds else Late
                raise outcome(f"{self.name} ended with {code} before {path} was {status}", self.log.tail())
            pause(begun)
        raise Late(f"{path} was {seen or 'unanswered'}, not {status}, after {seconds:g} s", self.log.tail())

    def await_readiness(self, wanted: Callable[[Answer], bool], seconds: float, what: str) -> float:
        """Ask readiness until it says what is wanted; return how long it took.

        Raises:
            Failed: it never did, or the process ended.
        """
        begun, seen = time.monotonic(), "nothing"
        while (spent := time.monotonic() - begun) < (limit := self.within(seconds)):
            try:
                answer = self.get(self._contract.http.readiness, timeout=limit - spent + POLL_SECONDS)
                seen = str(answer)
                if wanted(answer):
                    return time.monotonic() - begun
            except Unanswered as silence:
                seen = str(silence)
            if (code := self.instance.poll()) is not None:
                raise Failed(f"{what}: the process ended with {code}", self.log.tail())
            pause(begun)
        raise Late(f"{what}: after {seconds:g} s readiness still said {seen}")

    def await_healthy(self, service: BackingService, seconds: float) -> float:
        """Wait until readiness is 200 and nothing is degraded; return how long it took."""
        return self.await_readiness(
            lambda answer: answer.ok and "degraded" not in answer.text, seconds, f"{service.id} is back"
        )

    def settle(self) -> None:
        """Give it time to notice what it was sent: as long as it takes to answer now, and a little more."""
        self.probe(self._contract.http.liveness, timeout=PROBE_SECONDS)
        self.wait(SETTLE_SECONDS)

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self.instance.poll()

    def wait(self, seconds: float) -> int | None:
        """Wait for its end; return the exit code, None if it still runs."""
        return self.instance.wait(seconds)

    def ended(self, seconds: float) -> int | None:
        """Wait for its end as `within` says; return the exit code, None if it still runs."""
        begun = time.monotonic()
        code = self.instance.wait(seconds)
        while code is None and (left := begun + self.within(seconds) - time.monotonic()) > 0:
            code = self.instance.wait(left)
        return code

    def lived(self) -> float:
        """Return how long it lived, less its wait for a core; 0 while it runs."""
        return self.instance.lived_seconds()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the main process."""
        self.instance.signal(number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.signal(signal.SIGTERM)

    def stop(self, seconds: float) -> tuple[int, float]:
        """Send SIGTERM and wait; return the exit code and the seconds it took.

        Raises:
            Late: it still runs after `seconds`.
        """
        begun = time.monotonic()
        self.terminate()
        code = self.ended(seconds)
        if code is None:
            raise Late(f"{self.name} still ran {seconds:g} s after SIGTERM", self.log.tail())
        return code, time.monotonic() - begun

    def leftovers(self) -> list[str]:
        """Return what outlived the main process."""
        return self.instance.leftovers()

    def tree(self) -> dict[int, str]:
        """Return its processes with their states."""
        return self.instance.tree()

    def record(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = 3.0) -> dict[str, Any] | None:
        """Wait for a log record; None if none came."""
        begun = time.monotonic()
        while True:
            found = next((record for record in self.log.records() if wanted(record)), None)
            if found is not None or time.monotonic() - begun > seconds:
                return found
            pause(begun)

    def close(self) -> None:
        """Kill what is left of it."""
        with contextlib.suppress(OSError):
            self.instance.close()


def encoded(declared: Request) -> tuple[bytes | None, dict[str, str]]:
    """Return a request's body and headers as they are sent."""
    if declared.size:
        return secrets.token_bytes(declared.size), {"Content-Type": OCTETS, **declared.headers}
    if declared.json is None:
        return None, dict(declared.headers)
    return json.dumps(declared.json).encode(), {"Content-Type": "application/json", **declared.headers}
