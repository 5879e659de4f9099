"""A project as git sees it: where it lives in its repository, and whether all of it is committed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.gitcommand import GitError, call, filters_off

STATUS_LETTERS = 3
NOBODY = ("scaffold", "scaffold@localhost")


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

    @property
    def index(self) -> Path:
        """Git's index of this working tree."""
        return self.git_dir / "index"

    def refuse_branch(self, name: str) -> None:
        """Exit 2 if no branch can be called `name`, 3 if one is."""
        try:
            self._git("check-ref-format", "--branch", name)
        except GitError as error:
            raise ScaffoldError(f"no branch can be called `{name}`", hint="choose another name") from error
        found = self._git("for-each-ref", "--format=%(refname)", f"refs/heads/{name}")
        if found:
            raise ScaffoldError(
                f"there is a branch `{name}` already",
                hint=f"look at it and delete it: git branch -D {name}",
                code=ExitCode.CONFLICT,
            )

    def create_branch(self, name: str, commit: str) -> None:
        """Let the new branch `name` point to `commit`; nothing is checked out."""
        self._git("update-ref", "--create-reflog", f"refs/heads/{name}", commit, "0" * len(commit))

    def person(self) -> dict[str, str]:
        """Whom git would name as the author here, as variables for git; ourselves if it knows nobody."""
        known = {
            key: value
            for key, value in os.environ.items()
            if key.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_"))
        }
        people: dict[str, str] = {}
        for role in ("AUTHOR", "COMMITTER"):
            try:
                said = call("var", f"GIT_{role}_IDENT", cwd=self.project, environment=known)
                name, _, rest = os.fsdecode(said).partition(" <")
            except GitError:
                name, rest = NOBODY
            people |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": rest.partition(">")[0]}
        return people

    def receive(self, pack: bytes) -> None:
        """Add the objects in `pack` to the repository; nothing points to them yet."""
        self._git("unpack-objects", "-q", given=pack)

    def write_index(self, index: Path, lines: bytes) -> None:
        """Change the index file `index`, not the repository's own, as `update-index --index-info` is told."""
        self._git(
            *("update-index", "-z", "--index-info"),
            settings=["core.splitIndex=false"],
            environment={"GIT_INDEX_FILE": str(index)},
            given=lines,
        )

    def refresh_index(self) -> None:
        """Let the index note what the files look like, as `git reset --merge` wants it."""
        off = filters_off(self.project)
        self._git("update-index", "-q", "--unmerged", "--refresh", settings=off, accepted=(0, 1))

    def settings(self, keys: str) -> list[str]:
        """The configuration's `key=value` for keys that match a regular expression; later ones count."""
        listed = self._git("config", "--null", "--get-regexp", keys, accepted=(0, 1))
        return [entry.replace("\n", "=", 1) for entry in listed.decode(errors="replace").split("\0") if entry]

    def _git(
        self,
        *arguments: str,
        settings: list[str] | None = None,
        environment: dict[str, str] | None = None,
        given: bytes = b"",
        accepted: tuple[int, ...] = (0,),
    ) -> bytes:
        return call(
            *arguments,
            cwd=self.project,
            settings=settings or (),
            environment=environment,
            given=given,
            accepted=accepted,
        )


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
