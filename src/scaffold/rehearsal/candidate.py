"""A template as it stands in a working tree, committed where its author's repository does not see it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.fleet import mirror
from scaffold.gitcommand import GitError, call

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "refs/heads/candidate"
REFS = ("+refs/tags/*:refs/tags/*", f"+HEAD:{BRANCH}")
# One tree has one commit, whoever makes it and whenever, so that an interrupted run can go on.
NOBODY = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "scaffold"), ("EMAIL", "scaffold@localhost"), ("DATE", "@0 +0000"))
}


@dataclass(frozen=True)
class Candidate:
    """The next release of a template: `commit` in the bare `repository`, which has the template's tags.

    `is_committed`: the author has committed all of it.
    """

    repository: Path
    commit: str
    is_committed: bool


def of(root: Path, cache: Path) -> Candidate:
    """The candidate in the working tree at `root`, uncommitted and new files included; kept in `cache`.

    Exit 2 if `root` is no template with a history.
    """
    root = root.resolve()
    head = _head(root)
    repository = cache / "candidates" / mirror.key(str(root))
    with mirror.locked(repository.with_suffix(".lock")):
        mirror.fetch(str(root), repository, "--prune", "--no-tags", "fleet", *REFS)
        commit = _committed(root, repository, head)
        _git(repository, "update-ref", BRANCH, commit)
        _git(repository, "symbolic-ref", "HEAD", BRANCH)
    return Candidate(repository, commit, commit == head)


def _head(root: Path) -> str:
    if not any((root / name).is_file() for name in ("copier.yml", "copier.yaml")):
        raise ScaffoldError(f"`{root}` is no template: it has no copier.yml", hint="name a template's folder")
    try:
        told = call("rev-parse", "--show-toplevel", "HEAD^{commit}", cwd=root)
        top, head = os.fsdecode(told).splitlines()
    except GitError as error:
        raise ScaffoldError(
            f"`{root}` is no git repository with a commit, so nothing can be updated to it",
            hint="git init && git add . && git commit",
        ) from error
    if os.path.realpath(top) != str(root):
        raise ScaffoldError(
            f"`{root}` is a folder of the repository `{top}`, not one of its own", hint=f"name `{top}`"
        )
    return head


def _committed(root: Path, repository: Path, head: str) -> str:
    """A commit of all that is in the working tree and not ignored: `head` if that is so."""
    index = repository / "candidate-index"
    index.unlink(missing_ok=True)
    build = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": str(root)}
    _git(repository, "read-tree", head, environment=build)
    call("add", "--all", "--", ".", cwd=root, environment={"GIT_DIR": str(repository), **build})
    tree = _git(repository, "write-tree", environment=build)
    if tree == _git(repository, "rev-parse", f"{head}^{{tree}}"):
        return head
    return _git(repository, "commit-tree", tree, "-p", head, "-m", "Candidate", environment=NOBODY)


def _git(repository: Path, *arguments: str, environment: dict[str, str] | None = None) -> str:
    where = {"GIT_DIR": str(repository), **(environment or {})}
    try:
        return call(*arguments, cwd=repository, environment=where).decode().strip()
    except GitError as error:
        raise ScaffoldError(
            f"the template cannot be committed aside: {error.message}", code=ExitCode.SURROUNDINGS
        ) from error
