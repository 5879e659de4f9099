"""Cleans up after a run, whatever ended it; a program of its own that outlives the run.

Reads JSON lines on stdin: `{"run": [argv]}` or `{"remove": "folder"}`, what to do at the end; `{"passes": N}`
last on an orderly end. When stdin closes it does all of it, the newest first, so many times. After a crash
it does so three times, since a tool that was starting something then may finish after the first time.
"""

import json
import shutil
import subprocess
import sys
import time

PATIENCE_SECONDS = 60
PAUSES = (0, 2, 10)
"""Seconds before each pass."""


def main() -> None:
    """Collect until stdin closes, then clean up."""
    orders = [json.loads(line) for line in sys.stdin]
    passes = next((order["passes"] for order in orders if "passes" in order), len(PAUSES))
    for pause in PAUSES[:passes]:
        time.sleep(pause)
        for order in reversed(orders):
            _do(order)


def _do(order: dict[str, object]) -> None:
    if isinstance(command := order.get("run"), list):
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        try:
            subprocess.run(command, check=False, timeout=PATIENCE_SECONDS, **quiet)  # type: ignore[call-overload]
        except (OSError, subprocess.TimeoutExpired):
            return
    elif isinstance(folder := order.get("remove"), str):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
