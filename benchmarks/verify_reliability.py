"""Run `scaffold verify` against one service many times and count what is not the same each time.

    python benchmarks/verify_reliability.py PATH [--runs 20] [--busy] [OPTION OF VERIFY ...]

`--busy` keeps every core busy meanwhile.
Prints one line a run, then how many runs differed from the first;
exits 1 if one did.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import time


def burn() -> None:
    """Keep one core busy for as long as the parent lives."""
    parent = os.getppid()
    while os.getppid() == parent:
        sum(range(100_000))


def outcome(path: str, options: list[str]) -> dict[str, str]:
    """Run the suite once; return the status of each check."""
    command = [sys.executable, "-m", "scaffold", "verify", path, "--format", "json", *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    report = json.loads(done.stdout)
    return {check["id"]: check["status"] for check in report["checks"]}


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
    first: dict[str, str] = {}
    flakes = 0
    for number in range(1, arguments.runs + 1):
        begun = time.monotonic()
        found = outcome(arguments.path, options)
        first = first or found
        changed = sorted(name for name, status in found.items() if first[name] != status)
        flakes += bool(changed)
        failed = sorted(name for name, status in found.items() if status == "fail")
        seconds = time.monotonic() - begun
        print(
            f"run {number}: {seconds:.1f} s, fail: {failed or 'none'}, changed: {changed or 'none'}",
            flush=True,
        )
    print(f"{flakes} of {arguments.runs} runs had another outcome than the first")
    return 1 if flakes else 0


if __name__ == "__main__":
    sys.exit(main())
