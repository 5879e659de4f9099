"""Changes of many files that happen as a whole: an attempt that dies half-way is undone by the next run.

The journal is a folder in the project's git folder. It holds the new files and second links to the old ones
before the first change, and is put aside after the last; whoever finds one puts the old files back. Nobody
else's work is touched: a file that is neither the old nor the new one stays as it is, and so does everything
if something was committed since.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scaffold import durable, indexlock, signals
from scaffold.errors import ExitCode, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


INDEX = ".git/index"
"""Stands for the repository's index, wherever its git folder is."""


class Step(NamedTuple):
    """One file by its path below the root, or INDEX; a fingerprint is empty where there is no file."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Journal:
    """The journal for files below `root`, in the git folder `git_dir`, while `head` is the last commit."""

    root: Path
    git_dir: Path
    head: str

    @property
    def folder(self) -> Path:
        """Where an unfinished attempt stands."""
        return self.git_dir / "scaffold-journal"

    @property
    def draft(self) -> Path:
        """Where an attempt is prepared, and where a finished one is put to be removed; it means nothing."""
        return self.git_dir / "scaffold-journal.draft"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other run out of this repository; exit 3 if one is in it."""
        handle = os.open(self.git_dir, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            message = "another update of this repository is running"
            raise ScaffoldError(message, hint="wait for its end", code=ExitCode.CONFLICT) from error
        finally:
            os.close(handle)

    def prepare(self) -> Path:
        """An empty folder `after`, to be filled with the new files by their paths."""
        shutil.rmtree(self.draft, ignore_errors=True)
        after = self.draft / "after"
        after.mkdir(parents=True)
        return after

    def apply(self, paths: Sequence[str]) -> None:
        """Make each of `paths` what it is in `after`, or remove it if it is not there; all or none.

        The last path is changed last. OSError leaves everything as it was.
        """
        steps = [self._step(path) for path in paths]
        folders = self._missing_folders(step.path for step in steps if step.after)
        (self.draft / "plan.json").write_text(
            json.dumps({"head": self.head, "steps": steps, "folders": folders})
        )
        durable.tree(self.draft)
        with signals.held():
            self.draft.rename(self.folder)
            durable.folder(self.git_dir)
            try:
                self._lock_index(steps)
                self._forward(steps)
            except (OSError, ScaffoldError):
                self.undo()
                raise
            self._settle(steps)
            self._discard()
            indexlock.release(self.git_dir)

    def undo(self) -> bool:
        """Put the files of an unfinished attempt back, and say whether that was done; it may be repeated."""
        if not self.folder.exists():
            indexlock.release(self.git_dir)
            return False
        plan = json.loads((self.folder / "plan.json").read_text())
        ours: bool = plan["head"] == self.head
        steps = [Step(*step) for step in plan["steps"]]
        if ours:
            self._back(steps, plan["folders"])
            self._settle(steps)
        self._discard()
        indexlock.release(self.git_dir)
        return ours

    def _lock_index(self, steps: Sequence[Step]) -> None:
        """Keep git from the index, if it is to change, until all is done; exit 3 if git is at work on it."""
        for step in steps:
            if step.path == INDEX:
                indexlock.take(self.git_dir, self.folder)
                if fingerprint(self._place(INDEX)) != step.before:
                    raise ScaffoldError("the index has changed", hint="try again", code=ExitCode.CONFLICT)

    def _place(self, path: str) -> Path:
        return self.git_dir / "index" if path == INDEX else self.root / path

    def _settle(self, steps: Sequence[Step]) -> None:
        """Have the disk hold every folder that was changed before the journal goes."""
        for parent in {self._place(step.path).parent for step in steps}:
            durable.folder(parent)

    def _back(self, steps: Sequence[Step], folders: Sequence[str]) -> None:
        for step in steps:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                _beside(self._place(step.path)).unlink()
        changed = [step for step in steps if fingerprint(self._place(step.path)) == step.after != step.before]
        for step in changed:
            if not step.before:
                self._place(step.path).unlink()
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                (self.root / folder).rmdir()
        for step in changed:
            if step.before:
                _put(self.folder / "before" / step.path, self._place(step.path))

    def _step(self, path: str) -> Step:
        before = fingerprint(self._place(path))
        if before:
            _link(self._place(path), self.draft / "before" / path)
        return Step(path, before, fingerprint(self.draft / "after" / path))

    def _missing_folders(self, paths: Iterator[str]) -> list[str]:
        parents = {parent.as_posix() for path in paths if path != INDEX for parent in Path(path).parents}
        return sorted(parent for parent in parents if not (self.root / parent).is_dir())

    def _forward(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if not step.after:
                self._place(step.path).unlink()
                self._prune(self._place(step.path).parent)
        for step in steps:
            if step.after and step.after != step.before:
                _put(self.folder / "after" / step.path, self._place(step.path))

    def _prune(self, folder: Path) -> None:
        with contextlib.suppress(OSError):
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent

    def _discard(self) -> None:
        shutil.rmtree(self.draft, ignore_errors=True)
        self.folder.rename(self.draft)
        shutil.rmtree(self.draft, ignore_errors=True)


def fingerprint(path: Path) -> str:
    """The file at `path`: kind, executable bit and digest of its content; empty where there is none."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if stat.S_ISLNK(mode):
        return f"link {os.fsencode(path.readlink()).hex()}"
    if stat.S_ISDIR(mode):
        return ""
    return f"{'x' if mode & stat.S_IXUSR else '-'} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name[:200]}.scaffold")


def _link(path: Path, second: Path) -> None:
    second.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, second, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, second, follow_symlinks=False)


def _put(new: Path, path: Path) -> None:
    """Move `new` to `path` in one step, also from another file system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        new.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copy2(new, _beside(path), follow_symlinks=False)
        _beside(path).replace(path)
