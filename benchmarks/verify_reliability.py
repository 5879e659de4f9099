"""Run `scaffold verify` against one service many times and count the flakes.

    python benchmarks/verify_reliability.py PATH [--runs 20] [--busy] [OPTION OF VERIFY ...]

`--busy` keeps every core busy meanwhile. A flake is a run in which a check ended otherwise than in the first.
Prints a line a run, what each changed or failed check saw, then the count of flakes; exits 1 if there is one.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from typing import Any

Checks = dict[str, dict[str, Any]]


def burn() -> None:
    """Keep one core busy for as long as the parent lives."""
    parent = os.getppid()
    while os.getppid() == parent:
        sum(range(100_000))


def outcome(path: str, options: list[str]) -> Checks:
    """Run the suite once; return what each check found."""
    command = [sys.executable, "-m", "scaffold", "verify", path, "--format", "json", *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return {check["id"]: check for check in json.loads(done.stdout)["checks"]}


def told(found: Checks, first: Checks) -> list[str]:
    """Say of each check that changed or failed what it saw."""
    return [
        f"  {check['status']} {name}: {'; '.join(check['evidence'])[:600]}"
        for name, check in found.items()
        if check["status"] in ("fail", "skip") or check["status"] != first[name]["status"]
    ]


def main() -> int:
    """Run, compare, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--busy", action="store_true")
    arguments, options = parser.parse_known_args()
    burners = [multiprocessing.Process(target=burn, daemon=True) for _ in range(os.cpu_count() or 1)]
    for burner in burners if arguments.busy else ():
        burner.start()
    first: Checks = {}
    flakes, times = 0, []
    for number in range(1, arguments.runs + 1):
        begun = time.monotonic()
        found = outcome(arguments.path, options)
        times.append(time.monotonic() - begun)
        first = first or found
        flakes += any(check["status"] != first[name]["status"] for name, check in found.items())
        counts = [sum(check["status"] == status for check in found.values()) for status in ("pass", "fail")]
        load = f"load {os.getloadavg()[0]:.1f}"
        print(f"run {number}: {times[-1]:.1f} s, {counts[0]} pass, {counts[1]} fail, {load}", flush=True)
        print(*told(found, first), sep="\n", end="\n" if told(found, first) else "", flush=True)
    print(f"median {statistics.median(times):.1f} s; {flakes} flakes in {arguments.runs} runs")
    return 1 if flakes else 0


if __name__ == "__main__":
    sys.exit(main())
