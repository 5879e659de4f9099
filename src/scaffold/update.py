"""Brings a project to another version of its template, or to other answers, without losing a line of it.

Two renderings (old answers at the old version, new answers at the new one) and the project's last commit are
merged by git; only a merge without conflicts is applied, to the working tree alone, as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from scaffold import answers, questions, record, render, versions, worktree
from scaffold.errors import ExitCode, ScaffoldError, UnsupportedTemplateError
from scaffold.journal import Journal
from scaffold.landing import land, obstacles
from scaffold.record import ANSWERS_FILE
from scaffold.workshop import workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from scaffold.merge import Conflict
    from scaffold.record import Record
    from scaffold.render import Rendering
    from scaffold.settings import Settings
    from scaffold.versions import Versions
    from scaffold.workshop import Change
    from scaffold.worktree import Worktree

SHOWN = 5
Status = Literal["unchanged", "planned", "updated", "conflict"]


@dataclass(frozen=True)
class Request:
    """What is wanted; without `to` the newest release, without `template` the recorded one."""

    project: Path
    to: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    template: str | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of it; files were changed only if the status is `updated`."""

    status: Status
    old: str
    new: str
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kept_deleted: tuple[str, ...] = ()
    patch: str = ""


@dataclass(frozen=True)
class Renderings:
    """The project as the template makes it at both versions."""

    old_version: str
    old: Rendering
    new_version: str
    new: Rendering


def run(request: Request, settings: Settings, tell: Callable[[str], None]) -> Outcome:
    """Do what is requested, or nothing at all; `tell` hears what is going on."""
    record.read(request.project)
    tree = worktree.find(request.project)
    journal = Journal(tree.top, tree.git_dir, tree.head())
    with journal.locked():
        if journal.undo():
            tell("an update that was interrupted has been undone")
        noted = record.read(tree.project)
        _refuse_uncommitted(tree)
        src_path, commit = noted.origin()
        with versions.between(request.template or src_path, commit, request.to, settings) as pair:
            for warning in pair.warnings:
                tell(f"warning: {warning}")
            wanted = _answers(pair.new.root, noted, request.answers, settings)
            if _is_there(pair, noted, wanted):
                return Outcome("unchanged", commit, pair.new.commit)
            tell(f"rendering the template at {commit} and at {pair.new.commit} ...")
            old = render.render(pair.old.root, noted.answers, src_path, commit)
            new = render.render(pair.new.root, wanted, pair.new.src_path, pair.new.commit)
        return _merge(Renderings(commit, old, pair.new.commit, new), tree, journal, request.dry_run)


def _refuse_uncommitted(tree: Worktree) -> None:
    if paths := tree.uncommitted():
        listed = ", ".join(f"`{path}`" for path in paths[:SHOWN])
        listed += f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
        raise ScaffoldError(
            f"the project has changes that are not committed: {listed}",
            hint="commit or stash them first, so that the update can be told from them and taken back",
            code=ExitCode.CONFLICT,
        )


def _answers(root: Path, noted: Record, given: Mapping[str, Any], settings: Settings) -> Mapping[str, Any]:
    """What the new version is rendered with: given, else recorded, else by the settings and the template."""
    try:
        form = questions.load(root)
    except UnsupportedTemplateError:
        return {**noted.answers, **given}
    names = {question.name for question in form.questions}
    kept, defaults = (
        {key: value for key, value in layer.items() if key in names}
        for layer in (noted.answers, {**settings.defaults, **settings.fixed})
    )
    return answers.resolve(form, answers.Layers(flags=given, file=kept, defaults=defaults)).values


def _is_there(pair: Versions, noted: Record, wanted: Mapping[str, Any]) -> bool:
    new = pair.new
    return pair.old is new and (new.src_path, new.commit, wanted) == (
        noted.src_path,
        noted.commit,
        noted.answers,
    )


def _merge(renderings: Renderings, tree: Worktree, journal: Journal, dry_run: bool) -> Outcome:
    with workshop(tree) as shop:
        head = tree.head_tree()
        if shop.file(head, ANSWERS_FILE) is None:
            raise ScaffoldError(
                f"`{ANSWERS_FILE}` is not committed", hint="git add it and commit it", code=ExitCode.CONFLICT
            )
        base, theirs = shop.tree(renderings.old), shop.tree(renderings.new)
        # The record is the tool's: as the old version wrote it, the merge takes the new version's.
        recorded = shop.file(base, ANSWERS_FILE)
        ours = shop.edited(head, {ANSWERS_FILE: recorded})
        merged = shop.merge(base, ours, theirs)
        result = shop.edited(merged.tree, dict.fromkeys(merged.kept_deleted))
        changes = shop.changes(head, result)
        conflicts = merged.conflicts or tuple(obstacles(tree, changes))
        outcome = Outcome(
            status="conflict"
            if conflicts
            else "planned"
            if dry_run
            else "updated"
            if changes
            else "unchanged",
            old=renderings.old_version,
            new=renderings.new_version,
            changes=tuple(changes),
            conflicts=conflicts,
            kept_deleted=merged.kept_deleted,
            patch=shop.patch(head, result) if dry_run else "",
        )
        if outcome.status == "updated":
            land(shop, result, changes, tree, journal)
    return outcome
