"""Run one `scaffold` command and print, as JSON, where its time went: start-up, git, rendering, the rest.

Usage: STARTED=$(date +%s.%N) python benchmarks/shares.py update PROJECT

Seconds of wall time. Rendering includes the processes in which templates are rendered; git is what this
process waits for.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

STARTED = float(os.environ.get("STARTED") or time.time())
SPENT: Counter[str] = Counter()


def timed(share: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """`call`, whose time counts for `share`, unless another share counts it already."""

    def run(*arguments: Any, **keywords: Any) -> Any:
        before, start = SPENT.total(), time.perf_counter()
        try:
            return call(*arguments, **keywords)
        finally:
            SPENT[share] += time.perf_counter() - start - (SPENT.total() - before)

    return run


def main() -> None:
    """Run the command in the arguments."""
    from scaffold import cli, gitcommand, shelf, update  # noqa: PLC0415, F401 their import is start-up

    SPENT["start-up"] = time.time() - STARTED
    subprocess.run = timed("git", subprocess.run)  # type: ignore[assignment] - measured as it is
    for name in ("answer", "render"):
        setattr(shelf.Shelf, name, timed("render", getattr(shelf.Shelf, name)))
    code = cli.run(sys.argv[1:])
    whole = time.time() - STARTED
    shares = {name: round(seconds, 3) for name, seconds in SPENT.items()}
    print(json.dumps({"code": code, "whole": round(whole, 3), **shares}), file=sys.stderr)


if __name__ == "__main__":
    main()
