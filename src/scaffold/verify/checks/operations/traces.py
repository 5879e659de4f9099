"""Traces go to a collector, and never stand in the way."""

import secrets
import time
from dataclasses import dataclass

from scaffold.verify import ports
from scaffold.verify.bench import Bench
from scaffold.verify.checks.disposability.shutdown import CLEAN
from scaffold.verify.collector import Collector
from scaffold.verify.contract import Request
from scaffold.verify.registry import Failed, Late, check

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
EXPORT_SECONDS = 8.0
STOP_SECONDS = 10.0


def asked(bench: Bench) -> Request:
    """The request to trace: the sample, or liveness where there is none."""
    return bench.contract.requests.get("sample") or Request("GET", bench.contract.http.liveness, 200, {})


def traceparent() -> tuple[str, str]:
    """Make a trace id and the header that passes it on."""
    trace_id = secrets.token_hex(16)
    return trace_id, f"00-{trace_id}-{secrets.token_hex(8)}-01"


@dataclass(frozen=True)
class Followed:
    """What became of one request with a traceparent, in a life that a collector saw."""

    header: str
    trace_id: str
    logged: bool
    last_lines: str
    exports: int
    exported: bool


def followed(bench: Bench) -> Followed:
    """Be the collector, send a traceparent, end the process; once for all checks."""

    def live(lasting: Bench) -> Followed:
        with Collector(lasting.site.runner.listen, ports.reserve()) as collector:
            gateway = lasting.site.runner.gateway
            service = lasting.start(env={ENDPOINT: f"http://{gateway}:{collector.server_port}"})
            trace_id, header = traceparent()
            service.send(asked(lasting), headers={"traceparent": header})
            logged = service.record(lambda record: record.get("trace_id") == trace_id) is not None
            last_lines = service.log.tail()
            service.stop(lasting.patience)
            deadline = time.monotonic() + EXPORT_SECONDS
            while not collector.has_trace(trace_id) and time.monotonic() < deadline:
                time.sleep(0.05)
            exported = collector.has_trace(trace_id)
            return Followed(header, trace_id, logged, last_lines, len(collector.bodies), exported)

    return bench.once("followed", live)


@check(
    id="ops-trace-logged",
    factor="OPS",
    promise="The trace id of a request's traceparent stands in its log lines",
    fix="Bind trace_id to the logger of the request.",
    needs=[f"variable:{ENDPOINT}"],
)
def trace_logged(bench: Bench) -> str:
    """Send a traceparent and look for its trace id in the log."""
    seen = followed(bench)
    if not seen.logged:
        raise Failed(f"no log line has `trace_id` {seen.trace_id}", seen.last_lines)
    return f"traceparent {seen.header}: the log has trace_id {seen.trace_id}"


@check(
    id="ops-spans",
    factor="OPS",
    promise="Spans reach the collector in the caller's trace, at the latest when the process ends",
    fix="Export by OTLP over HTTP, take traceparent over, flush at shutdown.",
    needs=[f"variable:{ENDPOINT}"],
)
def spans(bench: Bench) -> str:
    """Be the collector, send a traceparent, end the process."""
    seen = followed(bench)
    if not seen.exported:
        raise Failed(f"{seen.exports} export(s) came, none with the trace {seen.trace_id}")
    return f"{seen.exports} export(s), with a span of the trace {seen.trace_id}"


@check(
    id="ops-dead-collector",
    factor="OPS",
    promise="A collector that is down or hangs slows nothing and stops nothing",
    fix="Export in the background with short timeouts, and bound the flush at shutdown.",
    needs=[f"variable:{ENDPOINT}"],
)
def dead_collector(bench: Bench) -> list[str]:
    """Run with a collector that refuses, then with one that never answers; compare with a run without."""
    evidence, usual = [], max(bench.shared.send(asked(bench)).seconds for _ in range(5))
    with Collector(bench.site.runner.listen, ports.reserve()) as collector:
        hanging, url = bench.proxy_to(("127.0.0.1", collector.server_port))
        hanging.hang()
        for what, endpoint in (
            ("refuses", f"http://{bench.site.runner.gateway}:{ports.reserve()}"),
            ("hangs", url),
        ):
            service = bench.start(env={ENDPOINT: endpoint})
            answers = [service.send(asked(bench)) for _ in range(5)]
            slowest = max(answer.seconds for answer in answers)
            seen = f"a collector that {what}: {answers[-1]}, the slowest after {slowest:.2f} s"
            if any(answer.status != asked(bench).status for answer in answers):
                raise Failed(seen)
            if slowest > 1 + 3 * usual:
                raise Late(seen)
            code, seconds = service.stop(STOP_SECONDS)
            if code not in CLEAN:
                raise Failed(f"a collector that {what}: exit code {code}", service.log.tail())
            evidence.append(
                f"a collector that {what}: answers within {slowest * 1000:.0f} ms, ended in {seconds:.1f} s"
            )
    return evidence
