"""Backing services of the process types that serve no application."""

from scaffold.verify.bench import Bench
from scaffold.verify.registry import NotApplicable, check

from .faults import NOTICE_SECONDS, Broken


@check(
    id="iv-process-types",
    factor="IV",
    promise="Every other process type lives through an outage as well, and is ready by the contract",
    fix="Serve liveness and readiness beside the work, and connect again in the background.",
    needs=["backing"],
    turn="workers",
    long=True,
)
def process_types(bench: Bench) -> list[str]:
    """Take one service away at a time from each process type but `web`, then heal it."""
    others = sorted(bench.contract.http_processes - {"web"})
    if not others:
        raise NotApplicable("no process type but `web` serves the probes")
    evidence = []
    for name in others:
        broken = Broken(bench)
        process = bench.start(name, env=broken.env)
        for service in bench.contract.services:
            broken.proxies[service.id].refuse()
            evidence.append(f"{name}: {broken.judged(process, service, f'{service.id} down')}")
            broken.alive(process, f"{name}, {service.id} down")
            broken.proxies[service.id].heal()
            process.await_healthy(service, NOTICE_SECONDS)
        process.close()
    return evidence
