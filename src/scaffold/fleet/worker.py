"""A process of a fleet's run: reads repositories from standard input, writes findings to standard output.

One JSON value in a line; the first line read says what to do. It ends with its input, so a parent that was
killed leaves no process behind.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import settings, signals
from scaffold.fleet.finding import Order
from scaffold.fleet.library import Library
from scaffold.fleet.merging import Merger
from scaffold.fleet.sources import Repository
from scaffold.fleet.survey import look

if TYPE_CHECKING:
    from typing import TextIO


def main() -> None:
    """Serve until the input ends or a signal comes."""
    try:
        with signals.as_exceptions():
            _serve(sys.stdin, sys.stdout)
    except (signals.Signalled, KeyboardInterrupt, BrokenPipeError):
        os._exit(1)  # nobody reads on; closing the broken pipe would say so once more


def _serve(orders: TextIO, findings: TextIO) -> None:
    first = json.loads(orders.readline())
    run = Path(first["run"])
    order = Order(**first["order"])
    library = Library(run, Path(first["cache"]))
    merger = Merger(library, run, str(os.getpid()), settings.load())
    for line in orders:
        finding = look(Repository(**json.loads(line)), order, merger)
        findings.write(json.dumps(finding.facts(), default=str) + "\n")
        findings.flush()


if __name__ == "__main__":
    main()
