"""Every line is one JSON object."""

from scaffold.verify import logs
from scaffold.verify.bench import Bench
from scaffold.verify.checks.config.refusals import malformed
from scaffold.verify.registry import Failed, check
from scaffold.verify.service import Service


def life(bench: Bench) -> Service:
    """Let one process live a whole life: start, requests good and bad, SIGTERM; for all log checks."""

    def live(lasting: Bench) -> Service:
        service = lasting.start()
        for path in (bench.contract.http.liveness, "/no-such-route"):
            service.get(path)
        for request in bench.contract.requests.values():
            service.send(request, timeout=15)
        service.stop(lasting.patience)
        return service

    return bench.once("life", live)


@check(
    id="xi-json-lines",
    factor="XI",
    promise="Every line from start to end is one JSON object with the declared fields",
    fix="Send every logger, the server's and the libraries' too, through one JSON formatter on stdout.",
)
def json_lines(bench: Bench) -> str:
    """Read all that a process wrote from its start to its end."""
    lines = life(bench).log.lines
    if not lines:
        raise Failed("it wrote nothing in its whole life")
    if faults := logs.faults(lines):
        raise Failed(*faults[:5])
    return f"{len(lines)} lines from start to end, each one JSON object with {', '.join(logs.FIELDS)}"


@check(
    id="xi-start-failure",
    factor="XI",
    promise="A start that fails says so in JSON lines too",
    fix="Set up logging before the configuration is read; log the failure instead of a traceback.",
)
def start_failure(bench: Bench) -> str:
    """Read what a refused configuration made it write."""
    lines = malformed(bench).log.lines
    if not lines:
        raise Failed("it refused its configuration without a word")
    if faults := logs.faults(lines):
        raise Failed(*faults[:5])
    return f"a refused configuration wrote {len(lines)} line(s), each one JSON object"
