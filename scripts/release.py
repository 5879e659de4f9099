"""Refuse a release that cannot be made, else print its notes.

Usage: python scripts/release.py

The notes are the files of changelog.d/, in order. Exit code 5: the release is refused, and stderr says why.
"""

import subprocess
import sys
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
REFUSED = 5
# Names that RFC 2606 reserves: nobody's projects can update from there.
RESERVED = ("example.com", "example.net", "example.org", "example", "invalid", "test", "localhost")


def refusals(project: Mapping[str, Any], tags: Collection[str]) -> list[str]:
    """Return what speaks against a release of a project with these tags, each with the next step."""
    host = urlsplit(project["urls"]["Repository"]).hostname or ""
    version = f"v{project['version']}"
    found = []
    if any(host == name or host.endswith(f".{name}") for name in RESERVED):
        found.append(f"the Repository URL is on the reserved name `{host}`: set it in pyproject.toml")
    if version in tags:
        found.append(f"`{version}` is released already: raise the version in pyproject.toml")
    return found


def notes(folder: Path) -> str:
    """Return the changes that the files of a folder tell, one paragraph each."""
    return "\n\n".join(path.read_text().strip() for path in sorted(folder.glob("*.md"))) + "\n"


def main() -> None:
    """Print the notes of the release that pyproject.toml describes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    tags = subprocess.run(["git", "tag"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    if found := refusals(project, tags):
        print(*(f"error: {refusal}" for refusal in found), sep="\n", file=sys.stderr)
        sys.exit(REFUSED)
    print(notes(ROOT / "changelog.d"), end="")


if __name__ == "__main__":
    main()
