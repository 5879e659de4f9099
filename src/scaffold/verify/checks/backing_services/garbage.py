"""Backing services that answer what no protocol knows: the errors that nobody foresaw."""

from typing import TYPE_CHECKING

from scaffold.verify.bench import Bench
from scaffold.verify.logs import Log
from scaffold.verify.registry import Failed, check

from .faults import NOTICE_SECONDS, start_behind_proxies
from .outages import ANSWER_SECONDS

if TYPE_CHECKING:
    from scaffold.verify.client import Answer


class Garbled:
    """What a process did while one backing service after the other answered garbage."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.evidence: list[str] = []
        self.failure: Failed | None = None
        self.log = Log("", "")


def garbled(bench: Bench) -> Garbled:
    """Live through garbage from each backing service, once for all checks."""

    def live(lasting: Bench) -> Garbled:
        seen = Garbled()
        broken, process = start_behind_proxies(lasting)
        for service in lasting.contract.services:
            proxy = broken.proxies[service.id]
            proxy.cut()
            proxy.garble()
            for name, request in lasting.contract.requests.items():
                what = f"{service.id} answers garbage: {name}"
                seen.answers[what] = process.send(request, timeout=ANSWER_SECONDS)
            try:
                seen.evidence.append(broken.alive(process, f"{service.id} answers garbage"))
                proxy.heal()
                proxy.cut()
                seconds = process.await_healthy(service, NOTICE_SECONDS)
            except Failed as failure:
                seen.failure = failure
                break
            seen.evidence.append(f"{service.id} makes sense again: healthy after {seconds:.1f} s")
        process.stop(lasting.patience)
        seen.log = process.log
        return seen

    return bench.once("garbled", live)


@check(
    id="iv-garbage",
    factor="IV",
    promise="A backing service that answers garbage ends nothing: alive meanwhile, healthy afterwards",
    fix="Treat an answer that cannot be read like no answer: drop the connection, connect again.",
    needs=["backing"],
)
def garbage(bench: Bench) -> list[str]:
    """Answer garbage in the place of one service at a time, send every request, then heal it."""
    seen = garbled(bench)
    if seen.failure is not None:
        raise seen.failure
    return seen.evidence
