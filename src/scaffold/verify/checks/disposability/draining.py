"""What a process still does between SIGTERM and its end."""

import time

from scaffold.verify.bench import Bench
from scaffold.verify.client import Answer, Unanswered, head
from scaffold.verify.registry import Failed, Late, check
from scaffold.verify.service import Service

from .shutdown import CLEAN, IDLE_SECONDS, clean_exit

DELAY_SECONDS = 2.0


@check(
    id="ix-readiness-503",
    factor="IX",
    promise="Readiness is 503 from the moment SIGTERM arrives",
    fix="Set a flag in the signal handler that the readiness probe reads first.",
    needs=["variable:SHUTDOWN_DELAY_SECONDS"],
)
def unready_at_once(bench: Bench) -> str:
    """Ask readiness during a delay of two seconds."""
    service = bench.start(env={"SHUTDOWN_DELAY_SECONDS": f"{DELAY_SECONDS:g}"})
    service.terminate()
    seconds = service.await_status(bench.contract.http.readiness, 503, 1.0)
    return f"readiness was 503 {seconds * 1000:.0f} ms after SIGTERM"


@check(
    id="ix-drain-delay",
    factor="IX",
    promise="For SHUTDOWN_DELAY_SECONDS after SIGTERM new connections are served as before",
    fix="Sleep the delay before the drain: load balancers need it to notice the 503.",
    needs=["variable:SHUTDOWN_DELAY_SECONDS"],
)
def serves_during_the_delay(bench: Bench) -> list[str]:
    """Send requests on new connections during a delay of two seconds."""
    service = bench.start(env={"SHUTDOWN_DELAY_SECONDS": f"{DELAY_SECONDS:g}"})
    sample = bench.contract.requests.get("sample")
    path, expected = (sample.path, sample.status) if sample else (bench.contract.http.liveness, 200)
    begun, served = time.monotonic(), 0
    service.terminate()
    while time.monotonic() - begun < DELAY_SECONDS - 0.5:
        answer = _during_the_delay(service, path, begun)
        if answer.status != expected:
            raise Failed(f"{time.monotonic() - begun:.1f} s into the delay {path} was {answer}")
        served += 1
        service.wait(0.2)
    ended = clean_exit(service, DELAY_SECONDS + IDLE_SECONDS)
    return [f"{served} new connections served after SIGTERM", ended]


def _during_the_delay(service: Service, path: str, begun: float) -> Answer:
    """Send one request; that it failed counts only if the delay was not over by then."""
    try:
        return service.get(path)
    except Unanswered as silence:
        spent = time.monotonic() - begun
        outcome = Late if spent > DELAY_SECONDS else Failed
        raise outcome(f"{spent:.1f} s into the delay: {silence}", service.log.tail()) from silence


@check(
    id="ix-keep-alive",
    factor="IX",
    promise="Idle keep-alive connections do not hold up the end of the process",
    fix="Close idle connections when the drain begins; answer `Connection: close` to the others.",
)
def keep_alive_connections(bench: Bench) -> list[str]:
    """Keep three connections open after a first answer, then SIGTERM."""
    service = bench.start()
    path = bench.contract.http.liveness
    connections = [service.connect() for _ in range(3)]
    try:
        for connection in connections:
            connection.send(head("GET", path, {"Host": "service"}))
            connection.answer()
        code, seconds = service.stop(IDLE_SECONDS)
    finally:
        for connection in connections:
            connection.close()
    if code not in CLEAN:
        raise Failed(f"exit code {code} with idle keep-alive connections", service.log.tail())
    return [f"3 idle keep-alive connections, SIGTERM: exit code {code} after {seconds:.2f} s"]
