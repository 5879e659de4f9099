"""Pushes an update branch: never over other people's work, and never by a project's own configuration."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.fleet import branch, mirror
from scaffold.fleet.address import is_url, refuse_odd, scrubbed, shown
from scaffold.gitcommand import GitError, call

if TYPE_CHECKING:
    from scaffold.fleet.sources import Repository
    from scaffold.fleet.tip import Tip
    from scaffold.workshop import Workshop

PUSHING = 300.0
THEIRS = "refs/scaffold/pushed"


def push(shop: Workshop, tip: Tip, repository: Repository, name: str, new: str) -> str:
    """Make the branch `name` of the remote `new`, and return its tip: the present one if that says the same.

    Exit 3 if it holds other people's commits, 6 if the remote refuses.
    """
    address = _address(tip, repository)
    ref = f"refs/heads/{name}"
    had = mirror.ask(address, [ref], shop.folder).get(ref, "")
    if had == new:
        return had
    if had:
        found = branch.facts(_content(shop, address, ref, had))
        if branch.is_same(found, tip, new, shop):
            return had
        branch.refuse_edited(found, name)
    _send(shop, tip, address, f"{new}:{ref}", f"--force-with-lease={ref}:{had}")
    return new


def _address(tip: Tip, repository: Repository) -> str:
    """Where the repository came from."""
    if not repository.is_local:
        return repository.address
    try:
        told = os.fsdecode(tip.git("remote", "get-url", "--push", "origin")).split("\n")[0]
    except GitError as error:
        raise ScaffoldError(
            "it has no remote `origin` to push to", hint="git remote add origin URL", code=ExitCode.CONFLICT
        ) from error
    if not is_url(told):
        return str((Path(repository.address) / told).resolve())
    refuse_odd(told)
    return told


def _content(shop: Workshop, address: str, ref: str, commit: str) -> bytes:
    """The commit at the tip of the remote's branch, fetched if it is not here."""
    store = shop.folder / "repository"
    inside = {"GIT_DIR": str(store)}
    try:
        return call("cat-file", "commit", commit, cwd=store, environment=inside)
    except GitError:
        mirror.fetch(address, store, "--depth=1", "--no-tags", "fleet", f"+{ref}:{THEIRS}")
        return call("cat-file", "commit", THEIRS, cwd=store, environment=inside)


def _send(shop: Workshop, tip: Tip, address: str, refspec: str, lease: str) -> None:
    store = shop.folder / "repository"
    shallow = store / "shallow"
    shallow.unlink(missing_ok=True)
    if (tip.common / "shallow").is_file():
        shutil.copyfile(tip.common / "shallow", shallow)
    told = mirror.remote(
        address,
        *(
            "push",
            "--porcelain",
            "--quiet",
            "--no-verify",
            "--no-recurse-submodules",
            lease,
            "fleet",
            refspec,
        ),
        cwd=store,
        seconds=PUSHING,
        accepted=(0, 1),
        environment={"GIT_DIR": str(store)},
    )
    refused = [line for line in told.decode(errors="replace").splitlines() if line.startswith("!")]
    if refused:
        reason = scrubbed(refused[0].split("\t")[-1], address)
        raise ScaffoldError(
            f"`{shown(address)}` refuses the branch: {reason}",
            hint="may this account push it, and does a rule protect it? --branch names another",
            code=ExitCode.SURROUNDINGS,
        )
