"""What people see while a command works: lines, progress, trees; the only module that imports rich."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from scaffold.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.tree import Tree

CLEAR = "\r\033[K"
FRAMES = "|/-\\"
SUMMARY_DEPTH = 2


def colourful(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that may be coloured (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def talks() -> bool:
    """Whether a person sits at both ends: only then is anything asked."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def say(text: str) -> None:
    """One line of talk, on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def warn(text: str, hint: str = "") -> None:
    """Something that a person should know, though the work goes on."""
    say(f"warning: {printable(text)}")
    if hint:
        say(f"hint: {printable(hint)}")


class Step:
    """Progress of one long step: a turning line on a terminal, one plain line elsewhere."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._turn = 0
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __enter__(self) -> Step:
        if self._live:
            self.tick()
        else:
            say(f"{self._text} ...")
        return self

    def tick(self) -> None:
        """Show that the work still goes on."""
        if self._live:
            sys.stderr.write(f"{CLEAR}{FRAMES[self._turn % len(FRAMES)]} {self._text} ...")
            sys.stderr.flush()
            self._turn += 1

    def __exit__(self, *_: object) -> None:
        if self._live:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()


class Count:
    """How many of something are done: one line that counts on a terminal, plain lines elsewhere."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def tell(self, done: int, total: int) -> None:
        """So many of `total` are done."""
        line = f"{done}/{total} {self._noun}"
        if not self._live:
            say(line)
            return
        sys.stderr.write(f"{CLEAR}{line}" if done < total else CLEAR)
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the terminal's line empty."""
        if self._live:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()


def tree(title: str, paths: Iterable[str], stream: TextIO, *, whole: bool) -> None:
    """Draw `paths` as a tree on `stream`; unless `whole`, deeper folders are counted, not listed."""
    from rich.console import Console  # noqa: PLC0415 only where a tree is drawn
    from rich.text import Text  # noqa: PLC0415
    from rich.tree import Tree  # noqa: PLC0415

    bold = "bold" if colourful(stream) else ""
    root = Tree(Text(title, style=bold), guide_style="dim" if colourful(stream) else "")
    _grow(root, sorted(path.split("/") for path in paths), SUMMARY_DEPTH if not whole else None)
    Console(file=stream, highlight=False, soft_wrap=True, no_color=not colourful(stream)).print(root)


def table(rows: Sequence[Sequence[str]], stream: TextIO) -> None:
    """Print `rows`, of which the first is the header, in columns; drawn as a table on a terminal."""
    rows = [[printable(cell) for cell in row] for row in rows]
    if stream.isatty():
        _draw(rows, stream)
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip(), file=stream)


def _draw(rows: Sequence[Sequence[str]], stream: TextIO) -> None:
    from rich.console import Console  # noqa: PLC0415 only where a table is drawn
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = Table(*rows[0], box=None, pad_edge=False, header_style="bold" if colourful(stream) else "")
    for row in rows[1:]:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(file=stream, highlight=False, no_color=not colourful(stream)).print(drawn)


def _grow(branch: Tree, paths: list[list[str]], depth: int | None) -> None:
    from rich.text import Text  # noqa: PLC0415

    for first in dict.fromkeys(path[0] for path in paths):
        below = [path[1:] for path in paths if path[0] == first and len(path) > 1]
        if below and depth == 1:
            branch.add(Text(f"{first}/ ({len(below)} files)" if len(below) > 1 else f"{first}/ (1 file)"))
        else:
            name = f"{first}/" if below else first
            _grow(branch.add(Text(name)), below, depth and depth - 1)
