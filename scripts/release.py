"""Refuse a release that cannot be made, else print its notes.

Usage: python scripts/release.py

The notes are the files that changelog.d/ has got since the former release, in order. Exit code 5: the release
is refused, and stderr says why.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
REFUSED = 5
# Names that RFC 2606 reserves: nobody's projects can update from there.
RESERVED = ("example.com", "example.net", "example.org", "example", "invalid", "test", "localhost")
RELEASE = re.compile(r"v?([0-9]+)\.([0-9]+)\.([0-9]+)")


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


def former(tags: Collection[str]) -> str | None:
    """Return the tag of the newest of the releases that these tags name; None where there is none.

    `v1.2.3` and `1.2.3` are releases; a pre-release and any other tag is none.
    """
    versions = {tag: tuple(map(int, found.groups())) for tag in tags if (found := RELEASE.fullmatch(tag))}
    return max(versions, key=lambda tag: versions[tag], default=None)


def added(root: Path, tag: str | None) -> list[Path]:
    """Return the files of changelog.d/ that the commit of a tag does not have; all of them without one."""
    files = sorted((root / "changelog.d").glob("*.md"))
    if tag is None:
        return files
    told = _git(root, "ls-tree", "--name-only", "-z", tag, "changelog.d/").split("\0")
    return [path for path in files if path.relative_to(root).as_posix() not in told]


def notes(files: Iterable[Path]) -> str:
    """Return the changes that the files tell, one paragraph each."""
    return "\n\n".join(path.read_text().strip() for path in files) + "\n"


def main() -> None:
    """Print the notes of the release that pyproject.toml describes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    tags = _git(ROOT, "tag").split()
    if found := refusals(project, tags):
        print(*(f"error: {refusal}" for refusal in found), sep="\n", file=sys.stderr)
        sys.exit(REFUSED)
    print(notes(added(ROOT, former(tags))), end="")


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
