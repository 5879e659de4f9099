"""Print what each member of each dimension costs: its own files, the shared files that name it, test time.

Usage: python scripts/additive.py [JUNIT.xml ...]

A member's own files are its layers of the template and its files of the catalog. A shared file that names it
is one of the catalog, or copier.yml, outside those. Test time is the sum of the cases in pytest's reports
(`--junitxml`) that have the member in their names, as `only-target-helm` has; without a report there is none.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import yaml

ROOT = Path(__file__).resolve().parent.parent
# The word of a layer folder and the folder of the catalog, for each dimension of catalog/index.yml.
DIMENSIONS = {
    "languages": ("lang", "languages"),
    "stacks": ("", "stacks"),
    "frameworks": ("fw", ""),
    "services": ("with", "services"),
    "targets": ("to", "targets"),
    "ci": ("by", "ci"),
}
SHARED = ("copier.yml", "catalog/")


@dataclass(frozen=True)
class Cost:
    """What one member costs."""

    dimension: str
    member: str
    files: int
    lines: int
    touched: tuple[str, ...]
    seconds: float


def tracked() -> list[str]:
    """Return the files of the product, as git knows them."""
    listing = ["git", "ls-files", "-z", "--", *SHARED, "template/"]
    return subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")[
        :-1
    ]


def members() -> Iterator[tuple[str, str]]:
    """Every member of every dimension, in the order of the questions; `none` costs nothing."""
    index = yaml.safe_load((ROOT / "catalog" / "index.yml").read_text())
    for dimension in DIMENSIONS:
        found = index[dimension]
        for member in found.values() if isinstance(found, dict) else found:
            if member != "none":
                yield dimension, member


def owns(path: str, dimension: str, member: str) -> bool:
    """Whether a file is the member's own."""
    layer, folder = DIMENSIONS[dimension]
    return bool(layer and f"[[ {layer}.{member} ]]" in path) or bool(
        folder and re.match(rf"catalog/{folder}/{re.escape(member)}(\.yml|/)", path)
    )


def cost(dimension: str, member: str, paths: list[str], times: dict[str, float]) -> Cost:
    """Count what is the member's own, and what names it."""
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in paths}
    own = [path for path in paths if owns(path, dimension, member)]
    named = re.compile(rf"(?<![\w-]){re.escape(member)}(?![\w-])")
    touched = [
        path for path in paths if path not in own and path.startswith(SHARED) and named.search(texts[path])
    ]
    word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(member)}(?![A-Za-z0-9])")
    seconds = sum(time for name, time in times.items() if word.search(name))
    lines = sum(texts[path].count("\n") for path in own)
    return Cost(dimension, member, len(own), lines, tuple(touched), seconds)


def times(reports: list[str]) -> dict[str, float]:
    """Seconds of every test case, by its name."""
    return {
        f"{case.get('classname')}::{case.get('name')}": float(case.get("time", 0))
        for report in reports
        for case in ET.parse(report).iter("testcase")  # noqa: S314 - pytest's own report
    }


def main() -> None:
    """Print the table."""
    found = times(sys.argv[1:])
    paths = tracked()
    print(
        "| dimension | member | files | lines | shared files that name it |"
        + (" test seconds |" if found else "")
    )
    print("|---|---|---:|---:|---|" + ("---:|" if found else ""))
    for dimension, member in members():
        row = cost(dimension, member, paths, found)
        touched = ", ".join(f"`{path.removeprefix('catalog/')}`" for path in row.touched)
        seconds = f" {row.seconds:.0f} |" if found else ""
        print(f"| {dimension} | {member} | {row.files} | {row.lines} | {touched} |{seconds}")


if __name__ == "__main__":
    main()
