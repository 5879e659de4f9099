"""Puts a rendering in its place: whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from scaffold import signals
from scaffold.errors import ExitCode, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scaffold.render import Rendering

PREFIX = ".scaffold-"


def write(rendering: Rendering, destination: Path) -> None:
    """Make `destination` of `rendering`; it must not exist, or be an empty folder."""
    with staged(rendering, destination):
        pass


@contextmanager
def staged(
    rendering: Rendering, destination: Path, placed: Callable[[], None] | None = None
) -> Iterator[Path]:
    """A folder with `rendering` that becomes `destination` when the block ends without an error.

    The folder lies on the destination's file system and has its name. Whatever stops the block, a full
    disk or a signal included, nothing is left of it. `placed` is called once it stands, before any signal
    that came meanwhile.
    """
    refuse(destination)
    anchor = _anchor(destination)
    try:
        with signals.held():
            staging = Path(tempfile.mkdtemp(prefix=PREFIX, dir=anchor))
            try:
                with signals.let_through():
                    project = staging / destination.absolute().name
                    _write(rendering, project)
                    yield project
                _move(project, destination)
                if placed:
                    placed()
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise ScaffoldError(
            f"`{destination}` cannot be written: {error.strerror or error}",
            hint="nothing was left behind; is there space, and may you write there?",
            code=ExitCode.SURROUNDINGS,
        ) from error


def refuse(destination: Path) -> None:
    """Raise unless `destination` is free: nothing there, or an empty folder."""
    try:
        if destination.is_symlink() and not destination.exists():
            taken = "a link to nothing"
        elif destination.exists() and not destination.is_dir():
            taken = "a file"
        elif destination.is_dir() and any(destination.iterdir()):
            taken = "a folder that is not empty"
        else:
            return
    except OSError as error:
        message = f"`{destination}` cannot be read: {error.strerror}"
        raise ScaffoldError(message, code=ExitCode.SURROUNDINGS) from error
    raise ScaffoldError(
        f"`{destination}` is {taken}",
        hint="choose another place with --into, or make it free first",
        code=ExitCode.CONFLICT,
    )


def refuse_path(path: str) -> None:
    """Raise for the `path` of a rendered file that leads out of the project or into git's own folder."""
    parts = PurePosixPath(path).parts
    bad = path.startswith("/") or ".." in parts or not parts or "\0" in path or "\\" in path
    if bad or any(part.lower() == ".git" for part in parts):
        raise ScaffoldError(
            f"the template renders `{path}`, which no project may contain", code=ExitCode.DEFECT
        )


def _anchor(destination: Path) -> Path:
    """The folder to work in: the destination itself if it exists, else the nearest parent that does."""
    return next(folder for folder in (destination, *destination.absolute().parents) if folder.is_dir())


def _write(rendering: Rendering, project: Path) -> None:
    project.mkdir()
    for path, file in rendering.items():
        refuse_path(path)
        target = project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(
            target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777 if file.executable else 0o666
        )
        with open(descriptor, "wb") as stream:  # noqa: PTH123 a descriptor
            stream.write(file.content)


def _move(project: Path, destination: Path) -> None:
    if destination.is_dir():
        _move_into(project, destination)
        return
    made = _make_parents(destination)
    try:
        project.rename(destination)
    except OSError:
        for folder in reversed(made):
            folder.rmdir()
        raise


def _move_into(project: Path, destination: Path) -> None:
    entries = [entry.name for entry in project.iterdir()]
    try:
        for entry in entries:
            (project / entry).rename(destination / entry)
    except OSError:
        for entry in entries:
            shutil.rmtree(destination / entry, ignore_errors=True)
            (destination / entry).unlink(missing_ok=True)
        raise


def _make_parents(destination: Path) -> list[Path]:
    missing = [folder for folder in destination.absolute().parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir()
    return missing[::-1]
