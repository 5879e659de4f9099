"""Compare a rendered service with a minimal FastAPI application under wrk: paired, interleaved runs.

Usage: python benchmarks/service/compare.py PROJECT [--pairs N] [--seconds N]

PROJECT is a rendered Python project after `make setup`; the environment names its services (DATABASE_URL,
REDIS_URL) where it has them. Both processes run on the project's own interpreter and versions; one serves
while the other is idle.
"""

import argparse
import contextlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BASELINE = Path(__file__).parent
CONNECTIONS = 50
START_SECONDS = 20


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw."""

    per_second: float
    p99_ms: float


@dataclass(frozen=True)
class Scenario:
    """One kind of request; `script` is for wrk."""

    name: str
    path: str
    script: str = ""


POST = """wrk.method = "POST"
wrk.body = '{"item": "tea", "quantity": 2}'
wrk.headers["Content-Type"] = "application/json"
"""
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(*command: str, port: int, folder: Path, path: str, **variables: str) -> Iterator[str]:
    """Run a server until the end of the block; its log goes to a file."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | variables, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait(f"http://127.0.0.1:{port}{path}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def wait(url: str) -> None:
    """Wait until the URL is answered."""
    end = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):  # noqa: S310 - loopback
            return
        if time.monotonic() > end:
            sys.exit(f"error: no answer from {url}")
        time.sleep(0.1)


def load(url: str, scenario: Scenario, seconds: int) -> Load:
    """Run wrk once; any answer but 2xx ends the benchmark."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(scenario.script)
        script.flush()
        options = (
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--latency",
            *(("-s", script.name) if scenario.script else ()),
        )
        output = subprocess.run(
            ["wrk", *options, url + scenario.path], check=True, text=True, stdout=subprocess.PIPE
        ).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"error: {scenario.name} failed\n{output}")
    rate, (slow, unit) = (
        re.search(r"Requests/sec:\s+([\d.]+)", output),
        re.findall(r"99%\s+([\d.]+)(us|ms|s)", output)[0],
    )
    if rate is None:
        sys.exit(f"error: wrk said nothing\n{output}")
    return Load(float(rate[1]), float(slow) * UNITS[unit])


def place(url: str) -> str:
    """Place an order and return its path."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        url + "/orders", b'{"item": "tea", "quantity": 2}', {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return f"/orders/{json.load(answer)['id']}"


def main() -> None:
    """Print a table of the medians of ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    project: Path = options.project.resolve()
    python = str(project / ".venv/bin/python")
    package = next(path.parent.name for path in project.glob("src/*/main.py"))
    ports = free_port(), free_port()
    with_orders = "DATABASE_URL" in os.environ
    path = "/openapi.json"
    uvicorn = (
        python,
        "-m",
        "uvicorn",
        "baseline:app",
        "--port",
        str(ports[1]),
        "--no-access-log",
        "--log-level",
        "warning",
    )
    with (
        served(
            python, "-m", package, "web", port=ports[0], folder=project, path=path, PORT=str(ports[0])
        ) as ours,
        served(*uvicorn, port=ports[1], folder=BASELINE, path=path) as theirs,
    ):
        scenarios = [Scenario("GET /hello", "/hello?name=Ada")]
        if with_orders:
            order = place(ours)
            scenarios = [
                Scenario("POST /orders", "/orders", POST),
                Scenario("GET /orders/{id}, cached", order),
            ]
        print("| request | requests per second | p99 |\n|---|---|---|")
        for scenario in scenarios:
            pairs = [
                (load(ours, scenario, options.seconds), load(theirs, scenario, options.seconds))
                for _ in range(options.pairs)
            ]
            rate = statistics.median(a.per_second / b.per_second for a, b in pairs)
            slow = statistics.median(a.p99_ms / b.p99_ms for a, b in pairs)
            print(f"| {scenario.name} | {rate:.2f} | {slow:.2f} |")


if __name__ == "__main__":
    main()
