"""What a client is told while a backing service is away."""

from http import HTTPStatus

from scaffold.verify.bench import Bench
from scaffold.verify.checks.api.problems import judge_problem
from scaffold.verify.registry import Failed, check

from .faults import NOTICE_SECONDS, behind_proxies
from .outages import ANSWER_SECONDS


@check(
    id="iv-outage-problem",
    factor="IV",
    promise="A request that cannot be answered in an outage gets a 503 problem document with Retry-After",
    fix="Turn the client's connection errors into one exception, and that into the answer.",
    needs=["backing", "request:sample"],
    turn="outages",
)
def outage_problem(bench: Bench) -> list[str]:
    """Send every request of the contract while one service at a time is down."""
    with behind_proxies(bench) as (broken, process):
        evidence = []
        for service in bench.contract.services:
            broken.proxies[service.id].refuse()
            for request in bench.contract.requests.values():
                what = f"{service.id} down: {request.method} {request.path}"
                answer = process.send(request, timeout=ANSWER_SECONDS)
                if answer.status == request.status:
                    evidence.append(f"{what}: {answer.status} without it")
                    continue
                evidence.append(judge_problem(answer, what, HTTPStatus.SERVICE_UNAVAILABLE))
                if not answer.headers.get("retry-after"):
                    raise Failed(f"{what}: no Retry-After with {answer}")
            broken.proxies[service.id].heal()
            process.await_healthy(service, NOTICE_SECONDS)
        return evidence
