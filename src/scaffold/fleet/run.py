"""A run over a whole fleet: goes on where an interrupted one was, and tells of each repository when done."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from scaffold.errors import ScaffoldError
from scaffold.fleet import mirror, sources, state
from scaffold.fleet.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from scaffold.fleet.finding import Finding, Order
    from scaffold.fleet.sources import Repository
    from scaffold.fleet.state import State


@dataclass(frozen=True)
class Request:
    """The fleet, which part of it (`number`, `count`), and what is to be done to each repository."""

    sources: Sequence[Path]
    order: Order
    part: tuple[int, int] = (1, 1)
    jobs: int = 0
    restart: bool = False


def run(
    request: Request, begin: Callable[[int, int], None], tell: Callable[[Finding], None]
) -> list[Finding]:
    """Every finding, in the order of the fleet.

    `begin` hears how many repositories there are and how many of them an earlier run has done.
    """
    fleet = sources.shard(sources.read(request.sources, request.order.answers_file), *request.part)
    _refuse_aimless(fleet, request.order)
    with state.opened(state.name(request.sources, request.order, str(request.part))) as noted:
        done = _done(noted, fleet, request)
        begin(len(fleet), len(done))
        _work(noted, [repository for repository in fleet if repository.name not in done], request, done, tell)
        noted.finish()
    return [done[repository.name] for repository in fleet]


def _refuse_aimless(fleet: Sequence[Repository], order: Order) -> None:
    if order.update and not (order.push or order.dry_run):
        remote = next((repository for repository in fleet if not repository.is_local), None)
        if remote:
            raise ScaffoldError(
                f"`{remote.shown}` is on another machine, where a branch gets only by a push",
                hint="give --push, or --dry-run to see what would be pushed",
            )


def _done(noted: State, fleet: Sequence[Repository], request: Request) -> dict[str, Finding]:
    """What an interrupted run has done; what it could not do is tried again."""
    known = {(repository.name, repository.shown) for repository in fleet}
    found = [] if request.restart else noted.done()
    kept = {
        finding.name: finding
        for finding in found
        if (finding.name, finding.address) in known and finding.status != "refused"
    }
    noted.restart(list(kept.values()))
    return kept


def _work(
    noted: State,
    fleet: Sequence[Repository],
    request: Request,
    done: dict[str, Finding],
    tell: Callable[[Finding], None],
) -> None:
    if not fleet:
        return
    shutil.rmtree(noted.folder, ignore_errors=True)  # an interrupted run has left it
    noted.folder.mkdir(mode=0o700, parents=True)
    first = {"run": str(noted.folder), "cache": str(mirror.cache()), "order": asdict(request.order)}
    try:
        pool = Pool(request.jobs or (os.cpu_count() or 1), first, noted.file.fileno())
        for finding in pool.findings(fleet):
            noted.add(finding)
            done[finding.name] = finding
            tell(finding)
    finally:
        shutil.rmtree(noted.folder, ignore_errors=True)
