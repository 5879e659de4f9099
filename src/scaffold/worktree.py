"""A project as git sees it: where it lives in its repository, and whether all of it is committed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.gitcommand import GitError, call, filters_off

STATUS_LETTERS = 3


@dataclass(frozen=True)
class Worktree:
    """The project at `project`, in the working tree `top` of the repository `git_dir`."""

    project: Path
    top: Path
    git_dir: Path
    objects: Path
    object_format: str

    @cached_property
    def prefix(self) -> str:
        """The project's path below `top`: empty, or with a slash at its end."""
        relative = self.project.relative_to(self.top).as_posix()
        return "" if relative == "." else f"{relative}/"

    def head(self) -> str:
        """Name of the last commit; empty before the first."""
        return self._git("rev-parse", "--verify", "--quiet", "HEAD", accepted=(0, 1)).decode().strip()

    def head_tree(self) -> str:
        """Object name of the project's tree in HEAD; exit 3 when it was never committed."""
        try:
            return self._git("rev-parse", "--verify", "--quiet", f"HEAD:{self.prefix}").decode().strip()
        except GitError as error:
            raise ScaffoldError(
                f"`{self.project}` has never been committed",
                hint="commit it first: git add . && git commit",
                code=ExitCode.CONFLICT,
            ) from error

    def uncommitted(self) -> list[str]:
        """Paths below the project that `git status` lists; ignored files are not among them."""
        status = self._git(
            *("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"),
            *("--ignore-submodules=dirty", "--", "."),
            # Putting an old file back changes its ctime, nothing else.
            settings=["core.trustctime=false", *filters_off(self.project)],
        )
        return [
            os.fsdecode(entry[STATUS_LETTERS:]).removeprefix(self.prefix)
            for entry in status.split(b"\0")
            if entry
        ]

    def hidden(self) -> set[str]:
        """Paths whose changes git was told not to look at (assume-unchanged, skip-worktree)."""
        listed = self._git("ls-files", "-v", "-z").split(b"\0")
        return {os.fsdecode(entry[2:]) for entry in listed if entry and not entry.startswith(b"H ")}

    def settings(self, keys: str) -> list[str]:
        """The configuration's `key=value` for keys that match a regular expression; later ones count."""
        listed = self._git("config", "--null", "--get-regexp", keys, accepted=(0, 1))
        return [entry.replace("\n", "=", 1) for entry in listed.decode(errors="replace").split("\0") if entry]

    def _git(
        self, *arguments: str, settings: list[str] | None = None, accepted: tuple[int, ...] = (0,)
    ) -> bytes:
        return call(*arguments, cwd=self.project, settings=settings or (), accepted=accepted)


def find(project: Path) -> Worktree:
    """The working tree that `project` lies in; exit 2 if it lies in none."""
    project = project.resolve()
    facts = ("--show-toplevel", "--absolute-git-dir", "--git-path", "objects", "--show-object-format")
    try:
        listed = os.fsdecode(call("rev-parse", *facts, cwd=project)).removesuffix("\n").split("\n")
        top, git_dir, objects, object_format = listed
    except (GitError, ValueError) as error:
        raise ScaffoldError(
            f"`{project}` is not in the working tree of a git repository",
            hint="an update needs the project's history: git init && git add . && git commit",
        ) from error
    if not project.is_relative_to(Path(top).resolve()):
        raise ScaffoldError(
            f"git says that `{project}` belongs to `{top}`", hint="look at core.worktree in its configuration"
        )
    return Worktree(project, Path(top).resolve(), Path(git_dir), (project / objects).resolve(), object_format)
