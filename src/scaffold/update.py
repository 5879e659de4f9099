"""Brings a project to another version of its template, or to other answers, without losing a line of it.

Two renderings (old answers at the old version, new answers at the new one) and the project's last commit are
merged by git. The result is applied as a whole: to the working tree, or as a commit on a branch of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from scaffold import delivery, plan
from scaffold.comparison import LEFT_OUT
from scaffold.landing import land, obstacles
from scaffold.opening import opened, refuse_uncommitted
from scaffold.shelf import Shelf
from scaffold.workshop import workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any

    from scaffold.merge import Conflict
    from scaffold.opening import Project
    from scaffold.plan import Plan
    from scaffold.settings import Settings
    from scaffold.shelf import Given
    from scaffold.versions import Versions
    from scaffold.workshop import Change, Workshop

Status = Literal["unchanged", "planned", "updated", "conflict"]
OnConflict = Literal["stop", "markers", "branch"]
Applied = Literal["nothing", "tree", "branch"]


@dataclass(frozen=True)
class Request:
    """What is wanted; without `to` the newest release, without `template` the recorded one.

    `stay` keeps the recorded version, for a change of answers alone. With `branch` the result becomes a
    commit on that new branch, and the working tree stays as it is; without it only a conflict does so, if
    `on_conflict` says `branch`. `subject` is the first line of such a commit.
    """

    project: Path
    to: str | None = None
    answers: Given = field(default_factory=dict)
    template: str | None = None
    dry_run: bool = False
    stay: bool = False
    on_conflict: OnConflict = "stop"
    branch: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of it, and where: nowhere, in the working tree, or in `commit` on `branch`.

    The status is `conflict` wherever there are conflicts, even if they were applied for somebody to solve.
    """

    status: Status
    old: str
    new: str
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kept_deleted: tuple[str, ...] = ()
    patch: str = ""
    applied: Applied = "nothing"
    branch: str = ""
    commit: str = ""


def run(
    request: Request, settings: Settings, tell: Callable[[str], None], shelf: Shelf | None = None
) -> Outcome:
    """Do what is requested, or nothing at all; `tell` hears what is going on.

    `shelf` gives versions and renderings, so that many projects can share them.
    """
    shelf = shelf or Shelf()
    with opened(request.project, tell) as project:
        if not request.dry_run:
            refuse_uncommitted(project.tree)
        elif project.tree.uncommitted():
            tell(f"warning: {LEFT_OUT}")
        noted = project.noted
        src_path, commit = noted.origin()
        with _versions(request, project, shelf, settings) as pair:
            for warning in pair.warnings:
                tell(f"warning: {warning}")
            wanted = shelf.answer(pair.new, noted.answers, request.answers, settings)
            if _is_there(pair, project, wanted):
                return Outcome("unchanged", commit, pair.new.commit)
            tell(f"rendering the template at {commit} and at {pair.new.commit} ...")
            was = pair.recorded(src_path, commit)
            old, new = shelf.render([(was, noted.answers), (pair.new, wanted)])
        with workshop(project.tree) as shop:
            made = plan.merged(shop, project.tree, old, new)
            return _done(request, project, shop, made, (commit, pair.new.commit))


def _versions(
    request: Request, project: Project, shelf: Shelf, settings: Settings
) -> AbstractContextManager[Versions]:
    src_path, commit = project.noted.origin()
    template = request.template or src_path
    return (
        shelf.at(template, commit, settings)
        if request.stay
        else shelf.between(template, commit, request.to, settings)
    )


def _is_there(pair: Versions, project: Project, wanted: Mapping[str, Any]) -> bool:
    new, noted = pair.new, project.noted
    return pair.old is new and (new.src_path, new.commit, wanted) == (
        noted.src_path,
        noted.commit,
        noted.answers,
    )


def _done(
    request: Request, project: Project, shop: Workshop, made: Plan, versions: tuple[str, str]
) -> Outcome:
    """Apply the plan as far as it may be, and say what came of it."""
    old, new = versions
    blocked = () if request.branch else tuple(obstacles(project.tree, made.changes))
    conflicts = (*made.conflicts, *(found for found in blocked if found.path not in made.paths_in_conflict))
    status: Status = "conflict" if conflicts else "updated" if made.changes else "unchanged"
    outcome = Outcome(status, old, new, made.changes, conflicts, made.kept_deleted)
    if request.dry_run:
        planned: Status = "planned" if status == "updated" else status
        return replace(outcome, status=planned, patch=shop.patch(made.head, made.result))
    if status == "unchanged" or (conflicts and request.on_conflict == "stop"):
        return outcome
    if request.branch or (conflicts and request.on_conflict == "branch"):
        name = request.branch or default_branch(request, new)
        message = "\n".join(_message(request, outcome))
        commit = delivery.branch(shop, made, project.tree, name, message)
        return replace(outcome, applied="branch", branch=name, commit=commit)
    if blocked:
        return outcome
    index = delivery.index(shop, made, project.tree) if conflicts else None
    land(shop, made, project.tree, project.journal, index)
    if index:
        project.tree.refresh_index()
    return replace(outcome, applied="tree")


def default_branch(request: Request, version: str) -> str:
    """The branch for a result that is not to be in the working tree, where nobody names one."""
    words = request.subject or f"update-{version}"
    return "scaffold/" + re.sub(r"[^a-z0-9._]+|\.{2,}", "-", words.lower()).strip("-.")


def _message(request: Request, outcome: Outcome) -> Iterator[str]:
    yield request.subject or f"Update the template from {outcome.old} to {outcome.new}"
    if outcome.conflicts:
        yield "\nNot to be merged as it is: these conflicts are left to be solved."
        for conflict in outcome.conflicts:
            where = "marked" if conflict.hunks else "without marks, look at it"
            yield f"- {conflict.path}: {conflict.reason} ({where})"
