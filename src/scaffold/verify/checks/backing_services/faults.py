"""A process whose backing services can be broken one by one."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from scaffold.verify.bench import Bench
from scaffold.verify.client import Answer
from scaffold.verify.contract import BackingService
from scaffold.verify.registry import Failed, Late
from scaffold.verify.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

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


def behind_proxies(bench: Bench) -> AbstractContextManager[Pair]:
    """Borrow a ready web process whose backing services can be broken; for checks of the turn `outages`."""
    return bench.lent("outages", start_behind_proxies, healed)


def start_behind_proxies(bench: Bench) -> Pair:
    """Start one ready web process whose backing services can be broken."""
    broken = Broken(bench)
    return broken, bench.start(env=broken.env)


def each_broken(bench: Bench, fault: "Callable[[Proxy], None]", what: str) -> list[str]:
    """Break one backing service at a time, judge readiness, heal it.

    Raises:
        Failed: readiness does not say what the contract says, or the process does not recover.
    """
    with behind_proxies(bench) as (broken, process):
        evidence = []
        for service in bench.contract.services:
            fault(broken.proxies[service.id])
            evidence.append(broken.judged(process, service, f"{service.id} {what}"))
            broken.proxies[service.id].heal()
            process.await_healthy(service, NOTICE_SECONDS)
        return evidence


def healed(pair: Pair) -> bool:
    """Heal everything; tell whether the process noticed, and works again."""
    broken, process = pair
    for proxy in broken.proxies.values():
        proxy.heal()
    try:
        for service in broken.contract.services:
            process.await_healthy(service, HEALED_SECONDS)
        sample = broken.contract.requests.get("sample")
        return sample is None or process.send(sample).status == sample.status
    except Failed:
        return False
