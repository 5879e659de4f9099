"""Projects made from a release of a template, edited, updated, and looked at."""

import io
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from copier import run_copy

from scaffold.cli import run
from tests.support.combinations import Answers
from tests.support.once import once
from tests.support.repository import commit, git, repository

OLD, NEW = "v0.1.0", "v0.2.0"


@dataclass(frozen=True)
class Result:
    """What one run of the command line said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Releases:
    """A template with the releases OLD and NEW, and renderings of it by Copier, each made once."""

    source: Path
    folder: Path

    def fresh(self, version: str, answers: Answers | None = None, name: str = "plain") -> Path:
        """A project as a person gets it from `version`, committed; nobody changes it."""

        def make(folder: Path) -> None:
            settings = {"defaults": True, "unsafe": False, "quiet": True}
            run_copy(str(self.source), folder, answers or {}, vcs_ref=version, **settings)
            repository(folder)

        return once(self.folder / f"{version}-{name}", make)

    def project(self, folder: Path, answers: Answers | None = None, name: str = "plain") -> Path:
        """A project of its own, made from OLD."""
        return self.of(OLD, folder, answers, name)

    def of(self, version: str, folder: Path, answers: Answers | None = None, name: str = "plain") -> Path:
        """A project of its own, made from `version`."""
        return Path(shutil.copytree(self.fresh(version, answers, name), folder, symlinks=True))


def scaffold(*arguments: str | Path) -> Result:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Result(code, out.getvalue(), err.getvalue())


def update(project: Path, *arguments: str | Path) -> Result:
    """Run `scaffold update` on `project`."""
    return scaffold("update", project, *arguments)


def edit(project: Path, path: str, old: str, new: str) -> None:
    """Replace `old`, which must be there, in a file of the project."""
    content = (project / path).read_bytes()
    assert old.encode() in content
    (project / path).write_bytes(content.replace(old.encode(), new.encode(), 1))


def committed(project: Path) -> Path:
    """The project, after everything in it was committed."""
    commit(project, "Work")
    return project


def tree(project: Path) -> dict[str, tuple[str, bytes]]:
    """Every file and link of a working tree by path: its kind, and its content or target."""
    found: dict[str, tuple[str, bytes]] = {}
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project).as_posix()
        if name.split("/")[0] == ".git" or (path.is_dir() and not path.is_symlink()):
            continue
        if path.is_symlink():
            found[name] = ("link", os.fsencode(path.readlink()))
        else:
            found[name] = ("x" if path.stat().st_mode & 0o100 else "-", path.read_bytes())
    return found


def state(project: Path) -> tuple[object, ...]:
    """All that an update which does not happen must leave alone: files, index, HEAD and git's other files."""
    kept = {
        path.relative_to(project): path.read_bytes()
        for path in sorted((project / ".git").rglob("*"))
        if path.is_file() and "objects" not in path.parts
    }
    return tree(project), kept, git(project, "--no-optional-locks", "status", "--porcelain", "--ignored")
