"""How the service ends when it is told to."""

from scaffold.verify.bench import Bench
from scaffold.verify.client import NoConnection, Unanswered
from scaffold.verify.inflight import half_sent
from scaffold.verify.registry import Failed, Late, check
from scaffold.verify.service import Service

CLEAN = (0, 143)
IDLE_SECONDS = 5.0


def clean_exit(service: Service, seconds: float) -> str:
    """Wait for the end after SIGTERM and judge it.

    Raises:
        Failed: it still runs, or its exit code is neither 0 nor 143.
    """
    code = service.ended(seconds)
    if code is None:
        raise Late(f"it still ran {seconds:g} s after the last answer", service.log.tail())
    if code not in CLEAN:
        raise Failed(f"exit code {code} after a complete drain, expected 0 or 143", service.log.tail())
    return f"exit code {code}"


@check(
    id="ix-sigterm-in-flight",
    factor="IX",
    promise="A request in flight when SIGTERM arrives is answered, then the process exits with 0",
    fix="On SIGTERM stop accepting, wait for the requests in flight, then exit; one place owns the signal.",
    needs=["request:create"],
)
def request_in_flight(bench: Bench) -> list[str]:
    """Send half of a body, SIGTERM, then the other half."""
    service, create = bench.start(), bench.contract.requests["create"]
    with half_sent(service, create) as held:
        service.terminate()
        if (code := service.wait(1.0)) is not None:
            raise Failed(f"it exited with {code} while a request was half sent", service.log.tail())
        answer = held.finish()
    if answer.status != create.status:
        raise Failed(f"the request in flight was answered {answer}, not {create.status}")
    ended = clean_exit(service, IDLE_SECONDS)
    return [f"half of {create.method} {create.path}, SIGTERM, 1 s, the other half: {answer.status}", ended]


@check(
    id="ix-sigterm-idle",
    factor="IX",
    promise=f"An idle process ends within {IDLE_SECONDS:g} s of SIGTERM, with exit code 0",
    fix="Handle SIGTERM in the process that the command starts; no shell, no process manager between.",
)
def idle(bench: Bench) -> str:
    """Send SIGTERM to a ready, idle process."""
    service = bench.start(env=no_delay(bench))
    code, seconds = service.stop(IDLE_SECONDS)
    if code not in CLEAN:
        raise Failed(f"exit code {code} {seconds:.2f} s after SIGTERM, expected 0 or 143", service.log.tail())
    return f"SIGTERM while idle: exit code {code} after {seconds:.2f} s"


def no_delay(bench: Bench) -> dict[str, str]:
    """Configure no delay between SIGTERM and the drain, where there is a variable for it."""
    return {"SHUTDOWN_DELAY_SECONDS": "0"} if bench.contract.variable("SHUTDOWN_DELAY_SECONDS") else {}


@check(
    id="ix-second-sigterm",
    factor="IX",
    promise="A second SIGTERM ends the process at once, whatever is in flight",
    fix="Count the signals: the first begins the drain, the second exits.",
    needs=["request:create"],
)
def second_sigterm(bench: Bench) -> str:
    """Hold a request half sent, SIGTERM twice."""
    service = bench.start()
    with half_sent(service, bench.contract.requests["create"]):
        service.terminate()
        service.settle()
        code, seconds = service.stop(2.0)
    return f"second SIGTERM with a request half sent: exit code {code} after {seconds:.2f} s"


@check(
    id="ix-grace-limit",
    factor="IX",
    promise="A request that never ends does not hold the process longer than SHUTDOWN_GRACE_SECONDS",
    fix="Bound the drain by the grace: cancel what is left and exit.",
    needs=["request:create", "variable:SHUTDOWN_GRACE_SECONDS"],
)
def grace_is_a_limit(bench: Bench) -> str:
    """Hold a request half sent for longer than a grace of two seconds."""
    service = bench.start(env={"SHUTDOWN_GRACE_SECONDS": "2", **no_delay(bench)})
    with half_sent(service, bench.contract.requests["create"]):
        code, seconds = service.stop(2.0 + IDLE_SECONDS / 2)
    return f"a request never finished, a grace of 2 s: exit code {code} {seconds:.2f} s after SIGTERM"


def refusal(bench: Bench) -> type[Unanswered]:
    """How a closed port shows itself: Docker's own proxy accepts for it and then closes."""
    return NoConnection if bench.site.runner.name == "host" else Unanswered


@check(
    id="ix-no-new-connections",
    factor="IX",
    promise="Once the drain has begun, new connections are refused, though a request is still in flight",
    fix="Close the listening socket when the drain begins, not when it ends.",
    needs=["request:create"],
)
def no_new_connections(bench: Bench) -> str:
    """Hold a request half sent, SIGTERM, then try to connect."""
    service = bench.start(env=no_delay(bench))
    with half_sent(service, bench.contract.requests["create"]):
        service.terminate()
        service.wait(1.0)
        try:
            answer = service.get(bench.contract.http.liveness, timeout=2.0)
        except refusal(bench) as refused:
            return f"1 s after SIGTERM, a request still in flight: {refused}"
    raise Failed(f"1 s after SIGTERM a new connection was still served: {answer}")
