"""The log when something goes wrong inside."""

from contextlib import ExitStack, suppress
from pathlib import Path

from scaffold.verify import logs
from scaffold.verify.bench import Bench
from scaffold.verify.checks.backing_services.garbage import garbled
from scaffold.verify.client import Unanswered, head
from scaffold.verify.inflight import half_sent
from scaffold.verify.registry import Failed, check

END_SECONDS = 5.0
SPARE_DESCRIPTORS = 3
CONNECTIONS = 20


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


@check(
    id="xi-out-of-descriptors",
    factor="XI",
    promise="A process that runs out of file descriptors writes JSON lines, and serves again afterwards",
    fix="Send the server's own errors, those of accepting too, through the JSON formatter.",
    needs=["host"],
)
def out_of_descriptors(bench: Bench) -> list[str]:
    """Leave the process three descriptors, open twenty connections, give the descriptors back."""
    import resource  # noqa: PLC0415 - not on every system that the other checks run on

    service, path = bench.start(), bench.contract.http.liveness
    before, pid = len(service.log.lines), next(iter(service.tree()))
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + SPARE_DESCRIPTORS, limits[1]))
    with ExitStack() as stack:
        for _ in range(CONNECTIONS):
            connection = stack.enter_context(service.connect())
            with suppress(Unanswered):  # some servers take and drop what they have no descriptor for
                connection.send(head("GET", path, {"Host": "service"})[:-4])
        service.wait(1.0)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    seconds = service.await_status(path, 200, bench.patience)
    lines = service.log.lines
    if faults := logs.faults(lines):
        raise Failed(*faults[:5])
    return [
        f"{CONNECTIONS} connections at {used + SPARE_DESCRIPTORS} descriptors: {len(lines) - before} lines, "
        "each one JSON object",
        f"served again after {seconds:.2f} s",
    ]
