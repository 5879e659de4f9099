"""Hands what was merged to the project's repository: as a commit on a branch, or as an index in conflict."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from scaffold.merge import SUBMODULE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from scaffold.plan import Plan
    from scaffold.workshop import Workshop
    from scaffold.worktree import Worktree


def branch(shop: Workshop, plan: Plan, tree: Worktree, name: str, message: str) -> str:
    """Commit the result of `plan` on the new branch `name`, and nothing else; the commit's name.

    Exit 3 if there is such a branch, 2 if there can be none.
    """
    tree.refuse_branch(name)
    head = tree.head()
    whole = shop.grafted(head, tree.prefix, plan.result)
    commit = shop.commit(whole, head, message=message, person=tree.person())
    _send(shop, tree, [whole], [commit])
    tree.create_branch(name, commit)
    return commit


def index(shop: Workshop, plan: Plan, tree: Worktree) -> Path:
    """A new index for the project: the result of `plan` staged, and the sides of its conflicts unmerged."""
    sides = [stage for stage in plan.stages if stage.mode != SUBMODULE]
    _send(shop, tree, [plan.result, *{stage.name for stage in sides}])
    made = shop.folder / "unmerged"
    shutil.copy2(tree.index, made)
    tree.write_index(made, b"".join(os.fsencode(line) + b"\0" for line in _lines(plan, tree.prefix)))
    return made


def _lines(plan: Plan, prefix: str) -> Iterator[str]:
    nothing = f"0 {'0' * len(plan.head)}"
    open_paths = {stage.path for stage in plan.stages}
    for change in plan.changes:
        if change.origin:
            yield f"{nothing}\t{prefix}{change.origin}"
        if change.path not in open_paths:
            facts = f"{change.after.mode} {change.after.name}" if change.after else nothing
            yield f"{facts}\t{prefix}{change.path}"
    for path in sorted(open_paths):
        yield f"{nothing}\t{prefix}{path}"
    for stage in plan.stages:
        yield f"{stage.mode} {stage.name} {stage.number}\t{prefix}{stage.path}"


def _send(shop: Workshop, tree: Worktree, names: Iterable[str], more: Iterable[str] = ()) -> None:
    """Copy the objects `names`, what they consist of, and `more` to the project, if it lacks them."""
    listed = shop.git("rev-list", "--objects", "--no-object-names", *names, "--not", tree.head_tree())
    wanted = listed + "".join(f"{name}\n" for name in more).encode()
    if wanted:
        tree.receive(shop.git("pack-objects", "--quiet", "--stdout", given=wanted))
