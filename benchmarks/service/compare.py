"""Compare a rendered service with a minimal application of its framework under wrk: paired, interleaved runs.

Usage: python benchmarks/service/compare.py PROJECT [OPTIONS]

PROJECT is a rendered project after `make setup`; the environment names its services (DATABASE_URL and
REDIS_URL, after `make migrate`) where it has them. Both processes run on the project's own interpreter and
versions; one serves while the other is idle. The service logs, counts and traces as in production; the other
does none of it. Ratios are the service's by the other's, medians of pairs, so that the machine's other work
falls out of them; each pair has processes of its own, since two of the same program differ. `--sampled` is
the part of the traces that is recorded, all by default; `--untraced` names no collector. `--soak` loads the
service alone and tells how much memory it holds.
"""

import argparse
import contextlib
import os
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from process import Server, free_port, served
from stacks import SERVICE_READY, Stack, stack_of
from wrk import ANOTHER, CONNECTIONS, MIXED, POST, SEED, Load, Scenario, load, place, run

HERE = Path(__file__).parent
WARM_UP_SECONDS = 1


def scenarios(url: str) -> list[Scenario]:
    """Kinds of requests that the service has, by the services that the environment names."""
    if "DATABASE_URL" not in os.environ:
        return [Scenario("GET /hello", "/hello?name=Ada")]
    return [
        Scenario("POST /orders", "/orders", POST),
        Scenario("GET /orders/{id}, cached", place(url)),
        Scenario("GET /orders/{id}, uncached", "/", ANOTHER),
    ]


def compare(project: Path, stack: Stack, sampled: int | None, pairs: int, seconds: int) -> None:
    """Print a table of ratios, with the machine's load when they had been measured."""
    kinds: list[Scenario] = []
    measured: defaultdict[str, list[tuple[Load, Load]]] = defaultdict(list)
    for number in range(pairs):
        with both(project, stack, sampled) as (ours, theirs):
            kinds = kinds or scenarios(ours.url)
            # Who comes first alternates: what changes steadily favours neither.
            order = (ours, theirs) if number % 2 == 0 else (theirs, ours)
            for scenario in kinds:
                for server in order:
                    load(server, scenario, WARM_UP_SECONDS)
                loads = {server.pid: load(server, scenario, seconds) for server in order}
                measured[scenario.name].append((loads[ours.pid], loads[theirs.pid]))
    print("| request | requests/s | p99 | processor | requests/s, each | load |\n|---|---|---|---|---|---|")
    for name, loads in measured.items():
        rate, slow, cpu = (
            statistics.median(getattr(a, what) / getattr(b, what) for a, b in loads)
            for what in ("per_second", "p99_ms", "cpu_ms")
        )
        each = " : ".join(
            f"{statistics.median(it.per_second for it in side):.0f}" for side in zip(*loads, strict=True)
        )
        print(f"| {name} | {rate:.2f} | {slow:.2f} | {cpu:.2f} | {each} | {os.getloadavg()[0]:.1f} |")


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
def both(project: Path, stack: Stack, sampled: int | None) -> Iterator[tuple[Server, Server]]:
    """The service, with a collector unless `sampled` is None, and the application beside it."""
    port, collector = free_port(), free_port()
    variables = {"PORT": str(port), "NODE_ENV": "production"}
    if sampled is not None:
        variables |= {
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
    traces = parser.add_mutually_exclusive_group()
    traces.add_argument("--sampled", type=int, default=100)
    traces.add_argument("--untraced", action="store_const", dest="sampled", const=None)
    parser.add_argument("--soak", type=int, default=0)
    options = parser.parse_args()
    project: Path = options.project.resolve()
    stack = stack_of(project)
    if "DATABASE_URL" in os.environ:
        stack.execute(SEED)
    if not options.soak:
        compare(project, stack, options.sampled, options.pairs, options.seconds)
        return
    with both(project, stack, options.sampled) as (ours, _):
        soak(ours, options.soak)


if __name__ == "__main__":
    main()
