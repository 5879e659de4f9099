"""What people see while a fleet is at work: one line that counts on a terminal, many lines elsewhere."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from scaffold import console
from scaffold.errors import printable
from scaffold.fleet.finding import WORDS

if TYPE_CHECKING:
    from scaffold.fleet.finding import Finding


class Progress:
    """Counts repositories on standard error."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._total = 0
        self._done = 0

    def begin(self, total: int, done: int) -> None:
        """There are `total` repositories, and an interrupted run has done `done` of them."""
        self._total, self._done = total, done
        if done:
            console.say(f"going on after {done} of {total} repositories (--restart does all of them again)")

    def tell(self, finding: Finding) -> None:
        """One more is done."""
        self._done += 1
        line = f"{self._done}/{self._total} {printable(finding.name)}: {WORDS[finding.status]}"
        if self._live:
            sys.stderr.write(f"{console.CLEAR}{line}")
            sys.stderr.flush()
        else:
            console.say(line)

    def end(self) -> None:
        """Leave the terminal's line empty."""
        if self._live:
            sys.stderr.write(console.CLEAR)
            sys.stderr.flush()
