"""A process whose backing services can be broken one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scaffold.verify.bench import Bench
from scaffold.verify.client import Answer
from scaffold.verify.contract import BackingService
from scaffold.verify.registry import Failed, Late
from scaffold.verify.service import Service

if TYPE_CHECKING:
    from scaffold.verify.proxy import Proxy

PROBE_SECONDS = 1.0
"""Time in which liveness has to answer, whatever is broken."""
NOTICE_SECONDS = 10.0
"""Time in which readiness has to notice a change."""
HEALED_SECONDS = 3.0
"""Time that a process gets to be as good as new for the next check."""


class Broken:
    """A running service between proxies of one check's own."""

    def __init__(self, bench: Bench) -> None:
        self.contract = bench.contract
        self.proxies: dict[str, Proxy] = {}
        env: dict[str, str | None] = {}
        for service in bench.contract.services:
            self.proxies[service.id], env[service.variable] = bench.proxy(service)
        self.env = env

    def alive(self, process: Service, what: str) -> str:
        """Judge liveness now.

        Raises:
            Failed: it is not 200, or not within a second.
        """
        answer = process.get(self.contract.http.liveness, timeout=NOTICE_SECONDS)
        seen = f"{what}: liveness was {answer.status} after {answer.seconds:.2f} s"
        if not answer.ok:
            raise Failed(seen)
        if answer.seconds > process.within(PROBE_SECONDS):
            raise Late(seen)
        return f"{what}: liveness 200 in {answer.seconds * 1000:.0f} ms"

    def judged(self, process: Service, service: BackingService, what: str) -> str:
        """Wait until readiness says of a broken service what the contract says.

        Raises:
            Failed: it never does.
        """
        required = service.required_by(process.name)
        expected = 503 if required else 200
        word = f"503 and `{service.id}`" if required else f"200 and `{service.id}` degraded"
        what = f"{what}, expected {word}"
        seconds = process.await_readiness(
            lambda answer: _says(answer, expected, service, required), NOTICE_SECONDS, what
        )
        return f"{what}: seen after {seconds:.1f} s"


def _says(answer: Answer, expected: int, service: BackingService, required: bool) -> bool:
    named = required or "degraded" in answer.text
    return answer.status == expected and service.id in answer.text and named


Pair = tuple[Broken, Service]


@contextmanager
def behind_proxies(bench: Bench) -> Iterator[Pair]:
    """One ready web process whose backing services can be broken; for checks of the turn `outages`."""
    with bench.lent("outages", start_behind_proxies, healed) as pair:
        yield pair


def start_behind_proxies(bench: Bench) -> Pair:
    """Start one ready web process whose backing services can be broken."""
    broken = Broken(bench)
    return broken, bench.start(env=broken.env)


def healed(pair: Pair) -> bool:
    """Heal everything; tell whether the process noticed."""
    broken, process = pair
    for proxy in broken.proxies.values():
        proxy.heal()
    try:
        for service in broken.contract.services:
            process.await_healthy(service, HEALED_SECONDS)
    except Failed:
        return False
    return True
