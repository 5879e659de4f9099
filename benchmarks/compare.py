"""Compare the command line with plain Copier: paired runs of whole processes, printed as a table of medians.

Usage: python benchmarks/compare.py [--runs N]

Each pair runs ours and theirs one after the other, so that a machine that slows down slows both. A ratio is
the median of the ratios of the pairs; below 1 means ours is faster.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Comparison:
    """Two commands that do the same work; `{out}` is a fresh folder's path for each run."""

    name: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    aim: float


def comparisons(template: Path) -> list[Comparison]:
    """Return what is compared, against a clean tagged copy of the template."""
    answers = ("-d", "project_name=orders-api", "-d", "services=[postgres, redis]")
    return [
        Comparison(
            "scaffold new / copier copy",
            (
                f"{BIN}/scaffold",
                *("new", "orders-api", "--service", "postgres", "--service", "redis", "--defaults"),
                *("--no-hooks", "--template", str(template), "--into", "{out}"),
            ),
            (f"{BIN}/copier", "copy", "--quiet", "--defaults", *answers, str(template), "{out}"),
            0.5,
        ),
        Comparison(
            "scaffold --help / copier --help", (f"{BIN}/scaffold", "--help"), (f"{BIN}/copier", "--help"), 0.4
        ),
    ]


def seconds(command: tuple[str, ...], scratch: Path) -> float:
    """Run a command to its end and return its wall time; a failure ends the benchmark."""
    out = scratch / "out"
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    subprocess.run(
        [part.replace("{out}", str(out)) for part in command],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def tagged_copy(folder: Path) -> Path:
    """Copy the committed tree into a repository of its own with the tag v1.0.0."""
    copy = folder / "template"
    copy.mkdir()
    archive = subprocess.run(["git", "-C", ROOT, "archive", "HEAD"], check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", copy], check=True, input=archive)
    identity = (
        "-c",
        "user.name=benchmark",
        "-c",
        "user.email=benchmark@example.com",
        "-c",
        "commit.gpgsign=false",
    )
    for command in (
        ("init", "-q"),
        ("add", "-A"),
        (*identity, "commit", "-q", "-m", "copy"),
        ("tag", "v1.0.0"),
    ):
        subprocess.run(["git", "-C", copy, *command], check=True)
    return copy


def main() -> None:
    """Run every comparison and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=9, help="pairs of runs that count (default 9)")
    runs = parser.parse_args().runs
    print("| whole process | ours, s | theirs, s | ratio | aim |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for comparison in comparisons(tagged_copy(folder)):
            pairs = [
                (seconds(comparison.ours, folder), seconds(comparison.theirs, folder))
                for _ in range(runs + 1)
            ][1:]
            ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"| {comparison.name} | {ours:.2f} | {theirs:.2f} | {ratio:.2f} | {comparison.aim} |")


if __name__ == "__main__":
    main()
