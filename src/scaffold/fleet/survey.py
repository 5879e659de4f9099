"""One repository of a fleet: what an update would do to it, and, if that was ordered, its branch."""

from __future__ import annotations

import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

from scaffold.clone import without_credentials
from scaffold.errors import ScaffoldError, printable
from scaffold.fleet import branch, pushing, tip
from scaffold.fleet.address import scrubbed
from scaffold.fleet.finding import Finding

if TYPE_CHECKING:
    from scaffold.fleet.finding import Order, Status
    from scaffold.fleet.merging import Merger, Prospect
    from scaffold.fleet.sources import Repository
    from scaffold.fleet.tip import Tip


def look(repository: Repository, order: Order, merger: Merger) -> Finding:
    """Do what is ordered to one repository; whatever goes wrong stands in the finding."""
    finding = Finding(repository.name, repository.shown, "refused")
    try:
        return _look(repository, order, merger, finding)
    except ScaffoldError as error:
        return _refused(finding, repository, error.message, error.hint)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__}: {error} ({where.name})"
        return _refused(finding, repository, message, "this is a defect of scaffold; please report it")


def _refused(finding: Finding, repository: Repository, message: str, hint: str) -> Finding:
    text = printable(scrubbed(message, repository.address))
    return replace(finding, error=text, hint=printable(scrubbed(hint, repository.address)))


def _look(repository: Repository, order: Order, merger: Merger, finding: Finding) -> Finding:
    found = tip.of(repository, merger.library.cache)
    prospect = merger.prospect(found, order)
    known = replace(
        finding,
        status=_status(prospect, order),
        head=found.commit,
        template=without_credentials(prospect.noted.src_path or ""),
        version=prospect.old,
        newest=prospect.new,
        behind=prospect.behind,
        answers=prospect.noted.answers,
        drift=prospect.drift or {},
        changes=len(prospect.changes),
        conflicts=tuple(conflict._asdict() for conflict in prospect.conflicts),
        kept_deleted=prospect.kept_deleted,
        notes=found.notes,
    )
    return _written(repository, order, merger, found, prospect, known) if known.status == "updated" else known


def _status(prospect: Prospect, order: Order) -> Status:
    if prospect.conflicts:
        return "conflict"
    if not prospect.changes:
        return "current"
    if not order.update:
        return "behind"
    return "planned" if order.dry_run else "updated"


def _written(  # noqa: PLR0917 what a finding is made of
    repository: Repository, order: Order, merger: Merger, found: Tip, prospect: Prospect, known: Finding
) -> Finding:
    shop = merger.shop(found.object_format)
    message = f"Update from the template, {prospect.old} to {prospect.new}"
    new = branch.commit(shop, found, prospect.tree, message)
    if repository.is_local:
        new = branch.keep(shop, found, order.branch, new)
    if order.push:
        new = pushing.push(shop, found, repository, order.branch, new)
    return replace(known, branch=order.branch, commit=new, pushed=order.push)
