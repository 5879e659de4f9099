"""Compare a rendered service with a minimal application of its framework under wrk: paired, interleaved runs.

Usage: python benchmarks/service/compare.py PROJECT [--pairs N] [--seconds N] [--sampled PERCENT] [--soak N]

PROJECT is a rendered project after `make setup`; the environment names its services (DATABASE_URL and
REDIS_URL, after `make migrate`) where it has them. Both processes run on the project's own interpreter and
versions; one serves while the other is idle. The service logs, counts and traces as in production; the other
does none of it. Ratios are the service's by the other's, medians of pairs, so that the machine's other work
falls out of them. `--sampled` is the part of the traces that is recorded, all by default. `--soak` loads the
service alone and tells how much memory it holds.
"""

import argparse
import contextlib
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from process import Server, free_port, served
from stacks import SERVICE_READY, Stack, stack_of
from wrk import ANOTHER, CONNECTIONS, MIXED, POST, SEED, Load, Scenario, load, place, run

HERE = Path(__file__).parent


def scenarios(url: str) -> list[Scenario]:
    """Kinds of requests that the service has, by the services that the environment names."""
    if "DATABASE_URL" not in os.environ:
        return [Scenario("GET /hello", "/hello?name=Ada")]
    return [
        Scenario("POST /orders", "/orders", POST),
        Scenario("GET /orders/{id}, cached", place(url)),
        Scenario("GET /orders/{id}, uncached", "/", ANOTHER),
    ]


def compare(ours: Server, theirs: Server, pairs: int, seconds: int) -> None:
    """Print a table of ratios, with the machine's load while they were measured."""
    print("| request | requests/s | p99 | processor | requests/s, each | load |\n|---|---|---|---|---|---|")
    for scenario in scenarios(ours.url):
        measured: list[tuple[Load, Load]] = []
        for number in range(pairs):
            # Who comes first alternates: what changes steadily favours neither.
            first, second = (ours, theirs) if number % 2 == 0 else (theirs, ours)
            loads = {server.pid: load(server, scenario, seconds) for server in (first, second)}
            measured.append((loads[ours.pid], loads[theirs.pid]))
        rate = statistics.median(a.per_second / b.per_second for a, b in measured)
        slow = statistics.median(a.p99_ms / b.p99_ms for a, b in measured)
        cpu = statistics.median(a.cpu_ms / b.cpu_ms for a, b in measured)
        each = " : ".join(
            f"{statistics.median(it.per_second for it in side):.0f}" for side in zip(*measured, strict=True)
        )
        print(
            f"| {scenario.name} | {rate:.2f} | {slow:.2f} | {cpu:.2f} | {each} | {os.getloadavg()[0]:.1f} |"
        )


def soak(server: Server, seconds: int) -> None:
    """Load the service and print what it holds in memory, ten times."""
    path = place(server.url) if "DATABASE_URL" in os.environ else "/hello?name=Ada"
    script = MIXED % path if "DATABASE_URL" in os.environ else ""
    loading = threading.Thread(target=run, args=(server.url + path, script, seconds))
    loading.start()
    samples = []
    for _ in range(10):
        time.sleep(seconds / 10)
        samples.append(server.memory_mib())
    loading.join()
    print(f"MiB over {seconds} s, {CONNECTIONS} connections: {' '.join(f'{it:.1f}' for it in samples)}")


@contextlib.contextmanager
def both(project: Path, stack: Stack, sampled: int) -> Iterator[tuple[Server, Server]]:
    """The service, which sends its traces to a collector, and the application beside it."""
    port, collector = free_port(), free_port()
    variables = {
        "PORT": str(port),
        "NODE_ENV": "production",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector}",
        "TRACES_SAMPLED_PERCENT": str(sampled),
    }
    with (
        served(sys.executable, "collector.py", str(collector), port=collector, folder=HERE, path="/"),
        served(*stack.service, port=port, folder=project, path=SERVICE_READY, **variables) as ours,
        stack.minimal(free_port()) as theirs,
    ):
        yield ours, theirs


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("project", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--sampled", type=int, default=100)
    parser.add_argument("--soak", type=int, default=0)
    options = parser.parse_args()
    project: Path = options.project.resolve()
    stack = stack_of(project)
    if "DATABASE_URL" in os.environ:
        stack.execute(SEED)
    with both(project, stack, options.sampled) as (ours, theirs):
        if options.soak:
            soak(ours, options.soak)
        else:
            compare(ours, theirs, options.pairs, options.seconds)


if __name__ == "__main__":
    main()
