"""Record `scaffold new` on a terminal, with real keys, as docs/scaffold-new.svg.

Usage: python scripts/picture.py

The command runs in a pseudo-terminal and is answered as a person would; what its screen shows at the end is
the picture. Nothing in the picture is written by hand.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

import pexpect
import pyte
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COLUMNS, ROWS = 100, 110
EXACT_COLOUR = re.compile("[0-9a-f]{6}")
WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
ENTER, DOWN, SPACE = "\r", "\x1b[B", " "

ANSWERS = (
    ("What the service does", "\x15Takes orders" + ENTER),
    ("Team that answers", ENTER),
    ("Where its image is pushed", ENTER),
    ("Language and web framework", ENTER),
    ("Backing services", SPACE + DOWN + SPACE + ENTER),
    ("Where it is deployed", ENTER),
    ("Which CI provider", ENTER),
    ("Sample code", ENTER),
    ("Prefix of a mirror", ENTER),
    (r"\(Y/n\)", ENTER),
)


def record(folder: Path) -> pyte.Screen:
    """Answer every prompt of a session in `folder` and return its last screen."""
    screen = pyte.HistoryScreen(COLUMNS, ROWS, history=1000)
    stream = pyte.ByteStream(screen)
    environment = os.environ | {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "TERM": "xterm-256color",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "COLORTERM": "truecolor",
    }
    environment.pop("NO_COLOR", None)
    session = pexpect.spawn(
        "scaffold",
        ["new", "orders-api"],
        cwd=folder,
        env=environment,
        dimensions=(ROWS, COLUMNS),
        timeout=60,
    )
    for prompt, keys in ANSWERS:
        session.expect(prompt)
        stream.feed(session.before + session.after)
        session.send(keys)
    session.expect(pexpect.EOF, timeout=120)
    stream.feed(session.before)
    session.close()
    if session.exitstatus:
        sys.exit("\n".join(line.rstrip() for line in screen.display))
    return screen


def colour(name: str) -> str | None:
    """Return rich's name of a colour of pyte, which says `brown` for yellow and digits for exact colours."""
    if name == "default":
        return None
    return f"#{name}" if EXACT_COLOUR.fullmatch(name) else name.replace("brown", "yellow")


def segments(screen: pyte.Screen) -> list[Segment]:
    """Return the used rows of a screen as styled text."""
    used = max((row for row, text in enumerate(screen.display) if text.strip()), default=0)
    drawn = [Segment("$ ", Style(bold=True)), Segment("scaffold new orders-api\n")]
    for row in range(used + 1):
        for column in range(COLUMNS):
            cell = screen.buffer[row][column]
            drawn.append(Segment(cell.data, Style(color=colour(cell.fg), bold=cell.bold)))
        drawn.append(Segment.line())
    return drawn


def main() -> None:
    """Make the picture."""
    with tempfile.TemporaryDirectory() as folder:
        screen = record(Path(folder))
    console = Console(record=True, width=COLUMNS, file=Path(os.devnull).open("w"))  # noqa: SIM115
    console.print(Segments(segments(screen)))
    picture = ROOT / "docs" / "scaffold-new.svg"
    svg = WEB_FONT.sub("", console.export_svg(title="scaffold new orders-api", unique_id="scaffold-new"))
    picture.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")
    print(picture.relative_to(ROOT))


if __name__ == "__main__":
    main()
