"""Everything that people do to a project, as Hypothesis draws it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from hypothesis import strategies as st

from tests.support.repository import git, repository

TEXTS = [
    *("README.md", "src/app.txt", "src/quiet.txt", "src/old name.txt", "notes/first.txt"),
    *("docs/notes/second.txt", "parts/one.txt", "parts.txt", "versions.txt"),
]
FILES = [*TEXTS, "leaving/it.txt", "run.sh", "logo.bin", "windows.bat", ".gitignore"]
NAMES = [
    *(
        "own.txt",
        "src/own.txt",
        "fresh/added.txt",
        "notes/third.txt",
        "fresh",
        "-x",
        "ü\t",
        'a "q" \\',
        "two\nlines",
    ),
    *(" space ", ":(glob)*", "src/new name.txt", "parts/two.txt", "b\udcffd", "docs"),
]
FOLDERS = ["src", "notes", "leaving", "parts"]
KINDS = [
    *("insert", "replace", "delete", "chmod", "crlf", "binary", "link", "rename", "add", "folder"),
    *("submodule", "ignored"),
]


class Edit(NamedTuple):
    """One thing that a person did: its kind, the file, and a number that picks the place or a name."""

    kind: str
    path: str
    number: int


EDITS = st.lists(
    st.builds(Edit, st.sampled_from(KINDS), st.sampled_from(FILES), st.integers(0, 60)), max_size=5
)


def do(project: Path, edits: list[Edit]) -> None:
    """Do all of `edits` that the project has what they need for, and commit what git does not ignore."""
    for edit in edits:
        if edit.kind != "ignored":
            _apply(project, edit)
    save(project)
    for edit in edits:
        if edit.kind == "ignored":
            _ignored(project, edit)


def save(project: Path) -> Path:
    """Commit everything but ignored files."""
    subprocess.run(["git", "add", "--all"], cwd=project, check=True, capture_output=True)
    git(project, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "Work")
    return project


def own_lines(files: dict[str, tuple[str, bytes]]) -> set[bytes]:
    """Every line that an edit wrote, as it stands in some file."""
    marker = _line(0)[:-1].encode()
    return {
        line.strip(b"\0\r")
        for _, content in files.values()
        for line in content.split(b"\n")
        if marker in line
    }


def _line(number: int) -> str:
    return f"a line of our own, number {number}"


def _own(edit: Edit) -> bytes:
    return f"{_line(edit.number)}\n".encode()


def _name(edit: Edit) -> str:
    return NAMES[edit.number % len(NAMES)]


def _text(path: Path, change: Callable[[list[bytes]], None]) -> None:
    if path.is_file() and not path.is_symlink():
        lines = path.read_bytes().splitlines(keepends=True)
        change(lines)
        path.write_bytes(b"".join(lines))


def _apply(project: Path, edit: Edit) -> None:
    path, own = project / edit.path, _own(edit)
    is_file = path.is_file() and not path.is_symlink()
    match edit.kind:
        case "insert" | "replace":
            length = edit.kind == "replace"
            _text(path, lambda lines: lines.__setitem__(_at(edit.number % (len(lines) + 1), length), [own]))
        case "delete" if os.path.lexists(path) and not path.is_dir():
            path.unlink()
        case "chmod" if is_file:
            path.chmod(path.stat().st_mode ^ 0o111)
        case "crlf" if is_file:
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        case "binary" if is_file:
            path.write_bytes(b"\0" + own)
        case "link" if is_file:
            path.unlink()
            path.symlink_to("logo.bin")
        case "folder":
            folder = project / FOLDERS[edit.number % len(FOLDERS)]
            if folder.is_dir():
                folder.rename(project / f"moved-{edit.number}")
        case "rename" | "add" | "submodule":
            _place(project, edit)


def _at(start: int, length: int) -> slice:
    return slice(start, start + length)


def _place(project: Path, edit: Edit) -> None:
    target = _free(project, _name(edit))
    if target is None:
        return
    if edit.kind == "add":
        target.write_bytes(_own(edit))
    elif edit.kind == "submodule":
        shutil.copytree(_another(), target)
        (target / "own.txt").write_bytes(_own(edit))
    elif (project / edit.path).is_file():
        (project / edit.path).rename(target)


def _ignored(project: Path, edit: Edit) -> None:
    target = _free(project, _name(edit).replace("\n", ""))
    if target is not None:
        target.write_bytes(_own(edit))
        with (project / ".git/info/exclude").open("ab") as excluded:
            name = os.fsencode(target.relative_to(project))
            excluded.write(
                b"/" + name.replace(b"\\", b"\\\\").replace(b"*", b"\\*").replace(b" ", b"\\ ") + b"\n"
            )


def _free(project: Path, name: str) -> Path | None:
    """The free place `name`, with its folder; None if something is in the way."""
    target = project / name
    above = [parent for parent in target.parents if parent != project and project in parent.parents]
    if os.path.lexists(target) or any(
        (os.path.lexists(p) and not p.is_dir()) or (p / ".git").exists() for p in above
    ):
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


@cache
def _another() -> Path:
    """A repository that becomes a submodule."""
    folder = Path(mkdtemp(prefix="another-"))
    (folder / "theirs.txt").write_text("theirs\n")
    return repository(folder)
