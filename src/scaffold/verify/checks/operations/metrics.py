"""Metrics in Prometheus' text format, bounded in number."""

import re
import secrets

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, check
from scaffold.verify.service import Service

SAMPLE = re.compile(
    r'(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*)\})? '
    r"(?P<value>[+-]?(?:Inf|NaN|[0-9.eE+-]+))(?: -?\d+)?(?: # .*)?"
)
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')
COUNTER, HISTOGRAM = "http_requests_total", "http_request_duration_seconds"
RANDOM_PATHS = 50
NEW_SERIES = 10


def series(service: Service, path: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Read all metrics.

    Raises:
        Failed: they are not in Prometheus' text format.
    """
    answer = service.get(path)
    if not answer.ok:
        raise Failed(f"GET {path}: {answer}")
    found = {}
    for line in answer.text.split("\n"):
        if line and not line.startswith("#"):
            sample = SAMPLE.fullmatch(line.strip())
            if sample is None:
                raise Failed(f"not a metric: `{line[:200]}`")
            labels = frozenset(LABEL.findall(sample["labels"] or ""))
            found[sample["name"], labels] = float(sample["value"])
    return found


@check(
    id="ops-metrics-parse",
    factor="OPS",
    promise=f"Metrics are Prometheus text, with {COUNTER} and {HISTOGRAM}",
    fix="Use the language's Prometheus client; expose a counter and a histogram of requests.",
    needs=["http:metrics"],
)
def parse(bench: Bench) -> str:
    """Parse every line and look for the two metrics that dashboards need."""
    bench.shared.get(bench.contract.http.liveness)
    found = series(bench.shared, str(bench.contract.http.metrics))
    names = {name for name, _ in found}
    if missing := {COUNTER, f"{HISTOGRAM}_bucket", f"{HISTOGRAM}_count"} - names:
        raise Failed(f"no {', '.join(sorted(missing))} among {len(found)} series")
    return f"{len(found)} series of {len(names)} names parse"


@check(
    id="ops-metrics-count",
    factor="OPS",
    promise="Requests are counted by method, route and status",
    fix=f"Count {COUNTER} once for each answer, with the labels method, route and status.",
    needs=["http:metrics", "request:sample"],
)
def count(bench: Bench) -> str:
    """Count before and after five requests."""
    service, path = bench.shared, str(bench.contract.http.metrics)
    sample = bench.contract.requests["sample"]
    wanted = {
        ("method", sample.method),
        ("status", str(sample.status)),
        ("route", sample.path.partition("?")[0]),
    }

    def counted() -> float:
        found = series(service, path).items()
        return sum(value for (name, labels), value in found if name == COUNTER and wanted <= labels)

    before = counted()
    for _ in range(5):
        service.send(sample)
    after = counted()
    if after - before < 5:  # noqa: PLR2004 - as many as were sent
        raise Failed(
            f"{COUNTER} of {sample.method} {sample.path} went from {before:g} to {after:g} in 5 requests"
        )
    return f"{COUNTER} of {sample.method} {sample.path} went from {before:g} to {after:g}"


@check(
    id="ops-metrics-bounded",
    factor="OPS",
    promise="Random paths make no new series: routes are patterns",
    fix="Label with the route's pattern, and one fixed word for paths without a route.",
    needs=["http:metrics"],
    turn="quiet",
)
def bounded(bench: Bench) -> str:
    """Ask for many paths that do not exist, with as many odd methods."""
    path = str(bench.contract.http.metrics)
    with bench.quiet() as service:
        for warm in ("/no-such-route", path):
            service.get(warm)
        before = set(series(service, path))
        for number in range(RANDOM_PATHS):
            service.request("GET" if number % 2 else f"M{number}X", f"/{secrets.token_hex(6)}/{number}")
        grown = set(series(service, path)) - before
        if len(grown) > NEW_SERIES:
            name, labels = min(grown, key=str)
            raise Failed(
                f"{RANDOM_PATHS} random paths made {len(grown)} new series, as {name} {sorted(labels)}"
            )
        return f"{RANDOM_PATHS} random paths made {len(grown)} new series"
