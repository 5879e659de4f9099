"""The last commit of a repository, wherever that is: what an update starts from, and what is odd about it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.fleet import mirror
from scaffold.fleet.address import refuse_odd
from scaffold.gitcommand import GitError, call
from scaffold.worktree import Worktree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scaffold.fleet.sources import Repository

BASE = "refs/scaffold/base"
NO_COMMIT = "nothing has ever been committed"


@dataclass(frozen=True)
class Tip:
    """A commit in the repository `git_dir`; `branch` is empty for a detached HEAD."""

    git_dir: Path
    objects: Path
    object_format: str
    commit: str
    tree: str
    branch: str
    notes: tuple[str, ...] = ()

    @property
    def common(self) -> Path:
        """The git folder that all working trees of the repository share."""
        return self.objects.parent

    def file(self, path: str) -> bytes | None:
        """The content of one file of the commit; None where it has no such file."""
        try:
            return self.git("cat-file", "blob", f"{self.tree}:{path}")
        except GitError:
            return None

    def git(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        given: bytes = b"",
        accepted: Sequence[int] = (0,),
    ) -> bytes:
        """Output of `git ARGUMENTS` in the repository, or in the one that `environment` names."""
        where = {"GIT_DIR": str(self.git_dir), **(environment or {})}
        return call(*arguments, cwd=self.git_dir, environment=where, given=given, accepted=accepted)


def of(repository: Repository, cache: Path) -> Tip:
    """The tip of `repository`; a remote one is fetched into `cache` only if its answer is a new tip."""
    return _local(Path(repository.address)) if repository.is_local else _remote(repository, cache)


def _local(folder: Path) -> Tip:
    facts = ("--absolute-git-dir", "--git-path", "objects", "--show-object-format", "--is-bare-repository")
    try:
        listed = os.fsdecode(call("rev-parse", *facts, "--show-prefix", cwd=folder)).split("\n")
    except GitError as error:
        raise ScaffoldError(f"git cannot read it: {error.message}", code=ExitCode.SURROUNDINGS) from error
    git_dir, objects, object_format, bare, prefix = listed[:5]
    if prefix:
        raise ScaffoldError(
            "it is a folder of a larger repository, not one of its own", hint="name that repository"
        )
    commit, tree, branch = _head(folder)
    notes = () if branch else ("HEAD is detached; the branch starts from that commit",)
    tip = Tip(Path(git_dir), (folder / objects).resolve(), object_format, commit, tree, branch, notes)
    return tip if bare == "true" else _with_uncommitted(tip, folder)


def _head(folder: Path) -> tuple[str, str, str]:
    try:
        told = call("rev-parse", "HEAD^{commit}", "HEAD^{tree}", "--abbrev-ref", "HEAD", cwd=folder)
    except GitError as error:
        raise ScaffoldError(NO_COMMIT, hint="commit something first", code=ExitCode.CONFLICT) from error
    commit, tree, branch = os.fsdecode(told).split("\n")[:3]
    return commit, tree, "" if branch == "HEAD" else branch


def _with_uncommitted(tip: Tip, folder: Path) -> Tip:
    worktree = Worktree(folder.resolve(), folder.resolve(), tip.git_dir, tip.objects, tip.object_format)
    count = len(worktree.uncommitted())
    if not count:
        return tip
    note = f"{count} change{'' if count == 1 else 's'} not committed; they are not looked at"
    return replace(tip, notes=(*tip.notes, note))


def _remote(repository: Repository, cache: Path) -> Tip:
    refuse_odd(repository.address)
    found = mirror.ask(repository.address, ["HEAD"], cache)
    if "HEAD" not in found:
        raise ScaffoldError(NO_COMMIT, hint="push something first", code=ExitCode.CONFLICT)
    store = cache / "repositories" / mirror.key(repository.shown)
    with mirror.locked(store.with_suffix(".lock")):
        if not _has(store, found["HEAD"]):
            mirror.fetch(repository.address, store, "--depth=1", "--no-tags", "fleet", f"+HEAD:{BASE}")
        told = call("rev-parse", f"{BASE}^{{commit}}", f"{BASE}^{{tree}}", "--show-object-format", cwd=store)
    commit, tree, object_format = os.fsdecode(told).split("\n")[:3]
    branch = found.get("symbolic HEAD", "").removeprefix("refs/heads/")
    return Tip(store, store / "objects", object_format, commit, tree, branch)


def _has(store: Path, commit: str) -> bool:
    """Whether the copy's last fetch was of `commit`."""
    return (store / "HEAD").is_file() and call(
        "rev-parse", "--verify", "--quiet", BASE, cwd=store, accepted=(0, 1)
    ).decode().strip() == commit
