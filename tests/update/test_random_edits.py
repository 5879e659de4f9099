"""Whatever people did to a project, an update keeps every line of it or changes nothing and says why."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold import render, versions
from scaffold.render import Rendering
from scaffold.settings import Settings
from scaffold.versions import Versions
from tests.update.projects import NEW, OLD, Releases, committed, tree, update

TEXTS = ["README.md", "src/app.txt", "src/quiet.txt", "src/old name.txt", "notes/first.txt"]
FILES = [*TEXTS, "leaving/it.txt", "extra.txt", "run.sh", "logo.bin", "windows.bat", ".gitignore"]
NAMES = ["own.txt", "src/own.txt", "fresh/added.txt", "notes/second.txt", "fresh", "-x", "ü\t"]
FOLDERS = ["src", "notes", "leaving"]


class Edit(NamedTuple):
    """One thing that a person did: its kind, the file, and a number that picks the place or a name."""

    kind: str
    path: str
    number: int


def _line(number: int) -> str:
    return f"a line of our own, number {number}"


def _text(path: Path, change: Callable[[list[bytes]], None]) -> None:
    if path.is_file() and not path.is_symlink():
        lines = path.read_bytes().splitlines(keepends=True)
        change(lines)
        path.write_bytes(b"".join(lines))


def apply(project: Path, edit: Edit) -> None:
    """Do the edit, if the project still has what it needs."""
    path, own = project / edit.path, f"{_line(edit.number)}\n".encode()
    match edit.kind:
        case "insert":
            _text(path, lambda lines: lines.insert(edit.number % (len(lines) + 1), own))
        case "replace":
            _text(path, lambda lines: lines.__setitem__(slice(edit.number, edit.number + 1), [own]))
        case "delete":
            path.unlink(missing_ok=True)
        case "chmod" if path.is_file():
            path.chmod(path.stat().st_mode ^ 0o111)
        case "crlf" if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        case "binary" if path.is_file():
            path.write_bytes(b"\0" + own)
        case "link" if path.is_file():
            path.unlink()
            path.symlink_to("logo.bin")
        case "rename" | "add" | "folder":
            _move_or_add(project, edit, own)


def _move_or_add(project: Path, edit: Edit, own: bytes) -> None:
    target = project / NAMES[edit.number % len(NAMES)]
    folder = project / FOLDERS[edit.number % len(FOLDERS)]
    if edit.kind == "folder":
        if folder.is_dir():
            folder.rename(project / f"moved-{edit.number}")
        return
    if target.exists() or (target.parent.exists() and not target.parent.is_dir()):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if edit.kind == "add":
        target.write_bytes(own)
    elif (project / edit.path).is_file():
        (project / edit.path).rename(target)


KINDS = ["insert", "replace", "delete", "chmod", "crlf", "binary", "link", "rename", "add", "folder"]
EDITS = st.lists(
    st.builds(Edit, st.sampled_from(KINDS), st.sampled_from(FILES), st.integers(0, 60)), max_size=5
)


def own_lines(files: dict[str, tuple[str, bytes]]) -> set[bytes]:
    """Every line that `apply` wrote, as it stands in some file."""
    marker = _line(0)[:-1].encode()
    return {
        line.strip(b"\0\r")
        for _, content in files.values()
        for line in content.split(b"\n")
        if marker in line
    }


def check(releases: Releases, edits: list[Edit], folder: Path) -> None:
    project = Path(shutil.copytree(releases.fresh(OLD), folder / "project", symlinks=True))
    old, fresh = tree(project), tree(releases.fresh(NEW))
    for edit in edits:
        apply(project, edit)
    mine = tree(committed(project))
    result = update(project)
    after = tree(project)
    assert result.code in {0, 3}, result
    if result.code == 3:
        assert after == mine
        assert "conflict: " in result.err
        return
    assert own_lines(after) >= own_lines(mine)
    assert not any(b"<<<<<<<" in content for _, content in after.values())
    links = [entry for entry in mine.values() if entry[0] == "link"]
    assert all(link in after.values() for link in links)
    if not any(edit.kind in {"folder", "rename"} for edit in edits):
        for path in old.keys() & fresh.keys():
            if mine.get(path) == old[path]:
                assert after.get(path) == fresh[path], f"{path}, which nobody edited, is not the release's"
    assert update(committed(project)).code == 0
    assert tree(project) == after


@pytest.fixture(scope="module")
def known(small: Releases) -> Iterator[Releases]:
    """The small template, fetched once, and each of its renderings made once."""
    made: dict[str, Rendering] = {}
    real = render.render

    def rendered(root: Path, answers: dict[str, Any], src_path: str, commit: str) -> Rendering:
        key = json.dumps([str(root), answers, src_path, commit])
        if key not in made:
            made[key] = real(root, answers, src_path, commit)
        return made[key]

    with (
        versions.between(str(small.source), OLD, None, Settings()) as pair,
        pytest.MonkeyPatch.context() as patch,
    ):

        @contextmanager
        def between(_template: str, commit: str, *_: object) -> Iterator[Versions]:
            yield pair if commit == OLD else Versions(pair.new, pair.new)

        patch.setattr(versions, "between", between)
        patch.setattr(render, "render", rendered)
        yield small


@settings(max_examples=60, deadline=None)
@given(edits=EDITS)
def test_no_line_is_lost_without_a_conflict(known: Releases, edits: list[Edit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(known, edits, Path(folder))


@pytest.mark.rest
@settings(max_examples=200, deadline=None)
@given(edits=EDITS)
def test_no_line_is_lost_in_more_cases(known: Releases, edits: list[Edit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(known, edits, Path(folder))


@pytest.mark.nightly
@settings(max_examples=2000, deadline=None)
@given(edits=EDITS)
def test_no_line_is_lost_in_many_more_cases(known: Releases, edits: list[Edit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(known, edits, Path(folder))
