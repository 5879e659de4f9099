"""The log when something goes wrong inside."""

from scaffold.verify import logs
from scaffold.verify.bench import Bench
from scaffold.verify.checks.backing_services.garbage import garbled
from scaffold.verify.inflight import half_sent
from scaffold.verify.registry import Failed, check

END_SECONDS = 5.0


@check(
    id="xi-inner-errors",
    factor="XI",
    promise="Errors inside the service are JSON lines too, tracebacks included",
    fix="Log exceptions through the JSON formatter, as one escaped field; silence what libraries print.",
    needs=["backing"],
)
def inner_errors(bench: Bench) -> str:
    """Read what a process wrote while its backing services answered garbage."""
    lines = garbled(bench).log.lines
    if faults := logs.faults(lines):
        raise Failed(*faults[:5])
    return f"{len(lines)} lines while backing services answered garbage, each one JSON object"


@check(
    id="xi-hard-end",
    factor="XI",
    promise="A drain that is cut short writes JSON lines too",
    fix="Log the end as everything else; silence the tracebacks of tasks that are cancelled.",
    needs=["request:create"],
)
def hard_end(bench: Bench) -> str:
    """Hold a request half sent, SIGTERM twice, read everything."""
    service = bench.start()
    with half_sent(service, bench.contract.requests["create"]):
        service.terminate()
        service.settle()
        service.terminate()
        code = service.wait(END_SECONDS)
    lines = service.log.lines
    if faults := logs.faults(lines):
        raise Failed(*faults[:5])
    ended = "it still ran" if code is None else f"exit code {code}"
    return f"two SIGTERMs in the middle of a request: {ended}, {len(lines)} lines, each one JSON object"
