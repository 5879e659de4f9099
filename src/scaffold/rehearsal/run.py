"""The rehearsal of a release: every combination rendered, former projects updated, a fleet looked at."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold import clone, confined, questions
from scaffold.errors import ExitCode, ScaffoldError, UnsupportedTemplateError
from scaffold.fleet import mirror
from scaffold.fleet.finding import Finding, Order, exit_code
from scaffold.fleet.library import Library
from scaffold.record import ANSWERS_FILE
from scaffold.rehearsal import candidate, combinations
from scaffold.rehearsal.changes import Update, updates
from scaffold.rehearsal.trial import Difference, Fault, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scaffold.confined import Call
    from scaffold.fleet.library import Template
    from scaffold.rehearsal.candidate import Candidate
    from scaffold.versions import Version

LAST = 3
BATCH = 6
Found = tuple[list[Fault], list[Difference]]


@dataclass(frozen=True)
class Request:
    """The template's folder, the releases to come from (the last three if none), and the fleet, if any."""

    template: Path
    releases: Sequence[str] = ()
    fleet: Sequence[Path] = ()
    answers_file: str = ANSWERS_FILE
    jobs: int = 0


@dataclass(frozen=True)
class Report:
    """What was tried and what came of it; `notes` say what could not be tried."""

    template: str
    candidate: str
    is_committed: bool
    combinations: int
    faults: tuple[Fault, ...]
    updates: tuple[Update, ...]
    fleet: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def code(self) -> ExitCode:
        """5 for a fault; else as `fleet status`: 6 what cannot be read, 3 conflicts."""
        return ExitCode.CHECK_FAILED if self.faults else exit_code(self.fleet)


@dataclass(frozen=True)
class Listener:
    """Who hears what is going on: how many combinations are done, and what becomes of the fleet."""

    tried: Callable[[int, int], None]
    begin: Callable[[int, int], None]
    tell: Callable[[Finding], None]


def run(request: Request, listener: Listener) -> Report:
    """Rehearse the next release of the template; neither it nor any project is changed."""
    cache = mirror.cache()
    found = candidate.of(request.template, cache)
    with tempfile.TemporaryDirectory(prefix="scaffold-rehearsal-") as folder:
        library = Library(Path(folder), cache)
        template = library.template(str(found.repository))
        new = library.edition(template, found.commit, template.described(found.commit)).version
        names = _releases(template, request.releases, found)
        old = tuple(library.edition(template, template.commit(name), name).version for name in names)
        notes = [] if old else ["there is no former release, so no update is tried"]
        chosen = _chosen(new, notes)
        jobs = request.jobs or os.cpu_count() or 1
        faults, differences = _tried(Trial(new, old), chosen, jobs, listener.tried)
        steps = updates(Path(folder), names, differences)
    fleet = _fleet(request, found, listener) if request.fleet else []
    return Report(
        str(request.template.resolve()),
        new.commit,
        found.is_committed,
        len(chosen),
        tuple(faults),
        tuple(steps),
        tuple(fleet),
        tuple(notes),
    )


def _releases(template: Template, wanted: Sequence[str], found: Candidate) -> list[str]:
    """Those named, else the last ones that are not the candidate itself, oldest first."""
    if wanted:
        for name in wanted:
            template.commit(name)
        return list(dict.fromkeys(wanted))
    return [tag for tag in clone.released(template.tags) if template.commit(tag) != found.commit][-LAST:]


def _chosen(new: Version, notes: list[str]) -> list[Mapping[str, Any]]:
    try:
        return combinations.of(confined.run(lambda: questions.read(new.root)))
    except UnsupportedTemplateError as error:
        notes.append(f"only Copier can read the questions ({error}), so only their defaults are tried")
        return [{}]


def _tried(
    trial: Trial, chosen: Sequence[Mapping[str, Any]], jobs: int, tell: Callable[[int, int], None]
) -> Found:
    """What came of each combination; they are tried in batches, in `jobs` processes with limits."""
    faults: list[Fault] = []
    differences: list[Difference] = []
    tell(0, len(chosen))
    done = 0
    for batch, found in _batches(trial, chosen, jobs):
        faults += found[0]
        differences += found[1]
        done += len(batch)
        tell(done, len(chosen))
    return faults, differences


def _batches(
    trial: Trial, chosen: Sequence[Mapping[str, Any]], jobs: int
) -> Iterator[tuple[Sequence[Mapping[str, Any]], Found]]:
    waiting = deque(chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH))
    running: deque[tuple[Sequence[Mapping[str, Any]], Call[Found]]] = deque()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                batch = waiting.popleft()
                running.append((batch, _started(trial, batch)))
            batch, call = running.popleft()
            yield batch, _result(trial, batch, call)
    finally:
        for _, call in running:
            call.end()


def _started(trial: Trial, batch: Sequence[Mapping[str, Any]]) -> Call[Found]:
    def work() -> Found:
        found = [trial.run(given) for given in batch]
        return [f for faults, _ in found for f in faults], [d for _, several in found for d in several]

    renderings = len(batch) * (1 + 2 * len(trial.releases))
    return confined.start(work, seconds=confined.SECONDS * renderings)


def _result(trial: Trial, batch: Sequence[Mapping[str, Any]], call: Call[Found]) -> Found:
    """What came of `batch`; where it went past a limit, each of it is tried alone."""
    try:
        return call.result()
    except ScaffoldError as error:
        if len(batch) == 1:
            return [Fault("", batch[0], f"{error.message} ({error.hint})")], []
    alone = [_result(trial, [given], _started(trial, [given])) for given in batch]
    return [f for faults, _ in alone for f in faults], [d for _, several in alone for d in several]


def _fleet(request: Request, found: Candidate, listener: Listener) -> list[Finding]:
    from scaffold.fleet import run as fleet  # noqa: PLC0415 only where there is a fleet

    order = Order(to=found.commit, template=str(found.repository), answers_file=request.answers_file)
    wanted = fleet.Request(request.fleet, order, jobs=request.jobs)
    return fleet.run(wanted, listener.begin, listener.tell)
