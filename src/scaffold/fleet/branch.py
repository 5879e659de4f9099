"""Puts the outcome of an update on a branch: one commit, which no working tree and no index takes part in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.gitcommand import GitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scaffold.fleet.tip import Tip
    from scaffold.workshop import Workshop

MARK = "Scaffold-Tree: "
NOBODY = {"name": "scaffold", "email": "scaffold@localhost"}


class Commit(NamedTuple):
    """What matters of a commit; `marked` is the tree that an update gave it."""

    tree: str
    parents: tuple[str, ...]
    marked: str

    @property
    def is_untouched(self) -> bool:
        """Whether an update made it and nobody changed it since."""
        return len(self.parents) == 1 and self.marked == self.tree


def facts(content: bytes) -> Commit:
    """Read a commit as `git cat-file` prints it."""
    head, _, message = content.decode(errors="replace").partition("\n\n")
    lines = [line.split(" ") for line in head.splitlines() if line and not line.startswith(" ")]
    marked = next((li.removeprefix(MARK) for li in message.splitlines() if li.startswith(MARK)), "")
    return Commit(lines[0][1], tuple(words[1] for words in lines if words[0] == "parent"), marked)


def refuse_edited(found: Commit, name: str) -> None:
    """Raise with exit 3 if the branch `name`, whose tip is `found`, holds other people's work."""
    if not found.is_untouched:
        raise ScaffoldError(
            f"the branch `{name}` holds work that is not this tool's",
            hint="merge it or delete it, or name another with --branch",
            code=ExitCode.CONFLICT,
        )


def commit(shop: Workshop, tip: Tip, tree: str, message: str) -> str:
    """Name of a commit of `tree` on top of `tip`, in the workshop, by whoever git's configuration names."""
    text = f"{message}\n\n{MARK}{tree}\n".encode()
    repository = {"GIT_DIR": str(shop.folder / "repository"), **_person(tip)}
    return tip.git("commit-tree", tree, "-p", tip.commit, environment=repository, given=text).decode().strip()


def keep(shop: Workshop, tip: Tip, name: str, new: str) -> str:
    """Make the branch `name` of the repository `new`; returns its tip, the present one if that says the same.

    Exit 3 if the branch is checked out somewhere, or holds other people's commits.
    """
    ref = f"refs/heads/{name}"
    listed = os.fsdecode(tip.git("for-each-ref", "--format=%(objectname) %(worktreepath)", ref))
    had, _, place = listed.rstrip("\n").partition(" ")
    if had:
        found = facts(tip.git("cat-file", "commit", had))
        if is_same(found, tip, new, shop):
            return had
        refuse_edited(found, name)
    if place:
        raise ScaffoldError(
            f"the branch `{name}` is checked out", hint="check out another one", code=ExitCode.CONFLICT
        )
    _import(shop, tip, new)
    try:
        tip.git("update-ref", "-m", "scaffold fleet update", ref, new, had or "0" * len(new))
    except GitError as error:
        raise ScaffoldError(
            f"the branch `{name}` cannot be written: {error.message}", code=ExitCode.SURROUNDINGS
        ) from error
    return new


def is_same(found: Commit, tip: Tip, new: str, shop: Workshop) -> bool:
    """Whether a branch at `found` already says what the commit `new` on top of `tip` would."""
    repository = {"GIT_DIR": str(shop.folder / "repository")}
    wanted = facts(tip.git("cat-file", "commit", new, environment=repository))
    return found.is_untouched and (found.tree, found.parents) == (wanted.tree, wanted.parents)


def _import(shop: Workshop, tip: Tip, new: str) -> None:
    """Copy `new` and what it needs from the workshop into the repository."""
    borrowed = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(shop.folder / "repository/objects")}
    wanted = f"{new}\n^{tip.commit}\n".encode()
    packed = tip.git("pack-objects", "--revs", "--stdout", "--quiet", environment=borrowed, given=wanted)
    tip.git("unpack-objects", "-q", given=packed)


def _person(tip: Tip) -> Mapping[str, str]:
    """Who commits: git's own variables, else its configuration, else nobody in particular."""
    listed = tip.git("config", "--null", "--get-regexp", r"^user\.(name|email)$", accepted=(0, 1)).decode(
        errors="replace"
    )
    told = dict(entry.split("\n", 1) for entry in listed.split("\0") if "\n" in entry)
    return {
        variable: os.environ.get(variable) or told.get(f"user.{fact}") or nobody
        for fact, nobody in NOBODY.items()
        for variable in (f"GIT_AUTHOR_{fact.upper()}", f"GIT_COMMITTER_{fact.upper()}")
    }
