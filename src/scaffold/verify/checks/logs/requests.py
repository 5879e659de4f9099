"""What the log says of a request."""

import re
import secrets
import signal
from itertools import pairwise

from scaffold.verify import logs
from scaffold.verify.bench import Bench
from scaffold.verify.checks.port_binding.listening import turned_away
from scaffold.verify.registry import Failed, Late, check

from .lines import life

ACCESS = ("method", "route", "status", "duration_ms")
NOT_FOUND = re.compile(r"/no-such-route|(?<![\d.])404\b")
"""The request's path or the answer's status, but no fraction of a second and no part of a longer number."""


@check(
    id="xi-time-order",
    factor="XI",
    promise="Lines are written in the order of their timestamps",
    fix="Take the time when the line is written; write through one stream.",
)
def time_order(bench: Bench) -> str:
    """Compare the timestamps of a whole life."""
    records = life(bench).log.records()
    moments = [moment for record in records if (moment := logs.moment(record)) is not None]
    if not moments:
        raise Failed("no line has a timestamp")
    for earlier, later in pairwise(moments):
        if later < earlier:
            raise Failed(f"{later.isoformat()} stands after {earlier.isoformat()}")
    return f"{len(moments)} timestamps from {moments[0].isoformat()} on, none before its predecessor"


@check(
    id="xi-access-line",
    factor="XI",
    promise=f"Each request leaves one line with {', '.join(ACCESS)}",
    fix="Log once for each request, after its answer, in the same JSON as everything else.",
)
def access_line(bench: Bench) -> str:
    """Send a request that fails and look for its line."""
    bench.shared.get("/no-such-route")
    record = bench.shared.record(lambda record: str(record.get("status")) == "404")
    if record is None:
        raise Failed("no line has the `status` of a request that was answered 404", bench.shared.log.tail())
    if missing := [name for name in ACCESS if name not in record]:
        raise Failed(f"the access line lacks {', '.join(missing)}: {record}")
    numbers = (record["status"], record["duration_ms"])
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        raise Failed(f"`status` and `duration_ms` are no numbers: {record}")
    return f"GET /no-such-route left {record}"


@check(
    id="xi-unbuffered",
    factor="XI",
    promise="A line is out before its request's answer is a second old, even if the process is killed then",
    fix="Flush after each line, or write unbuffered.",
    turn="quiet",
)
def unbuffered(bench: Bench) -> str:
    """Send a request, kill -9, look for its line."""
    with bench.quiet() as service:
        before = len(service.log.lines)
        service.get("/no-such-route")
        service.wait(0.7)
        service.signal(signal.SIGKILL)
        service.wait(5)
        if not any(NOT_FOUND.search(line) for line in service.log.lines[before:]):
            raise Late(
                "kill -9 right after an answer: the request's line was never written", service.log.tail()
            )
        return f"kill -9 right after an answer: its line is there ({before} lines before the kill)"


@check(
    id="xi-multi-line",
    factor="XI",
    promise="Line breaks in what clients send make no new log line",
    fix="Log JSON and let its encoder escape; never print what came from outside.",
    turn="quiet",
)
def multi_line(bench: Bench) -> str:
    """Put line breaks and a forged record into paths, queries and headers."""
    mark = f"forged{secrets.token_hex(6)}"
    forged = f'%0A{{"level":"info","message":"{mark}"}}%0D%0A{mark}'.replace('"', "%22")
    with bench.quiet() as service:
        for path in (f"/no-such-route{forged}", f"{bench.contract.http.liveness}?q={forged}"):
            service.get(path, headers={"User-Agent": f"a\tb {mark}", "X-Forwarded-For": mark})
        service.stop(bench.patience)
        for line in service.log.lines:
            record = logs.parse(line)
            if record is None or record.get("message") == mark:
                raise Failed(f"a line was forged from outside: `{line[:200]}`")
        return f"forged lines in path and query: {len(service.log.lines)} lines, none of them forged"


@check(
    id="xi-port-in-use",
    factor="XI",
    promise="A start that fails on its port says so in JSON lines",
    fix="Catch the failed bind and log it; keep the server's own handler and traceback out.",
    needs=["host"],
)
def port_in_use(bench: Bench) -> str:
    """Read what a start on a taken port wrote."""
    lines = turned_away(bench).log.lines
    if not lines:
        raise Failed("it wrote nothing")
    if faults := logs.faults(lines):
        raise Failed(*faults[:3])
    return f"{len(lines)} line(s), each one JSON object"
