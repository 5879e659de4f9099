"""One run of the suite: from a contract to a report."""

import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.errors import ScaffoldError
from scaffold.verify.backing import Backing
from scaffold.verify.contract import Contract
from scaffold.verify.registry import Check, all_checks
from scaffold.verify.report import Report, Result
from scaffold.verify.runners import Runner
from scaffold.verify.runners.docker import DockerRunner, answers
from scaffold.verify.runners.host import HostRunner
from scaffold.verify.schedule import Schedule
from scaffold.verify.scratch import Scratch
from scaffold.verify.site import Site

LANES_PER_CORE = 2
"""Checks side by side: much of a check's time is spent in waiting; a third of them makes no run shorter."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    runner: str = "auto"
    image: str | None = None
    only: Sequence[str] = ()
    skip: Sequence[str] = ()
    keep: bool = False
    jobs: int = 0
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)


def run(
    contract: Contract,
    options: Options,
    announce: Callable[[Result], None],
    *,
    kept: Callable[[Path], None] = lambda _: None,
) -> Report:
    """Run the chosen checks against the service; nothing is left when it returns or raises.

    Raises:
        ScaffoldError: a tool is missing, a check's id is unknown, or the image cannot be built.
    """
    checks = chosen(all_checks(), options.only, options.skip)
    begun = time.monotonic()
    with Scratch(keep=options.keep) as scratch:
        revision = secrets.token_hex(20)
        runner = _runner(contract, options, scratch, revision)
        with closing(
            Site(contract, runner, Backing(contract, options.given, scratch), scratch, revision)
        ) as site:
            subject = site.artefact
            results = Schedule(site, options.jobs or LANES_PER_CORE * (os.cpu_count() or 1), announce).run(
                checks
            )
        if options.keep:
            kept(scratch.folder)
    seconds = time.monotonic() - begun
    return Report(contract.name, runner.name, subject, results, seconds)


def chosen(checks: Sequence[Check], only: Sequence[str], skip: Sequence[str]) -> list[Check]:
    """Pick checks by id or by factor.

    Raises:
        ScaffoldError: a name is neither (exit code 2).
    """
    known = {check.id for check in checks} | {check.factor for check in checks}
    for name in (*only, *skip):
        if name not in known:
            raise ScaffoldError(f"no check or factor named `{name}`", hint="docs/verify.md lists them all")
    wanted = [check for check in checks if not only or {check.id, check.factor} & set(only)]
    return [check for check in wanted if not {check.id, check.factor} & set(skip)]


def _runner(contract: Contract, options: Options, scratch: Scratch, revision: str) -> Runner:
    if options.runner == "docker" or options.image:
        return DockerRunner(contract, scratch, options.image, revision)
    if options.runner == "auto" and contract.image and answers():
        return DockerRunner(contract, scratch, None, revision)
    return HostRunner(contract, scratch.folder)
