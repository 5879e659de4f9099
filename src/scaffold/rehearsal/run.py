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
from scaffold.rehearsal.trial import Difference, Fault, Job, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scaffold.confined import Call
    from scaffold.fleet.library import Template
    from scaffold.rehearsal.candidate import Candidate
    from scaffold.versions import Version

LAST = 3
BATCH = 8
Found = Fault | Difference


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
        work: list[Job] = [(None, given) for given in chosen]
        work += [(release, given) for release in old for given in _chosen(release, notes)]
        tried = _tried(Trial(new), work, request.jobs or os.cpu_count() or 1, listener.tried)
        faults = [found for found in tried if isinstance(found, Fault)]
        steps = updates(Path(folder), names, [found for found in tried if isinstance(found, Difference)])
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


def _chosen(version: Version, notes: list[str]) -> list[Mapping[str, Any]]:
    try:
        return combinations.of(confined.run(lambda: questions.read(version.root)))
    except UnsupportedTemplateError as error:
        said = f"only Copier can read the questions of {version.commit} ({error}); their defaults are tried"
    except ScaffoldError as error:
        said = f"the questions of {version.commit} have no defaults that work: {error.message}"
    notes.append(said)
    return [{}]


def _tried(trial: Trial, work: Sequence[Job], jobs: int, tell: Callable[[int, int], None]) -> list[Found]:
    """What came of each job; they are done in batches, in `jobs` processes with limits."""
    found: list[Found] = []
    done = 0
    tell(done, len(work))
    for size, told in _batches(trial, work, jobs):
        found += told
        done += size
        tell(done, len(work))
    return found


def _batches(trial: Trial, work: Sequence[Job], jobs: int) -> Iterator[tuple[int, list[Found]]]:
    waiting = deque(work[start : start + BATCH] for start in range(0, len(work), BATCH))
    running: deque[tuple[Sequence[Job], Call[list[Found]]]] = deque()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                batch = waiting.popleft()
                running.append((batch, _started(trial, batch)))
            batch, call = running.popleft()
            yield len(batch), _result(trial, batch, call)
    finally:
        for _, call in running:
            call.end()


def _started(trial: Trial, batch: Sequence[Job]) -> Call[list[Found]]:
    return confined.start(
        lambda: [found for job in batch if (found := trial.run(job))], seconds=confined.SECONDS * len(batch)
    )


def _result(trial: Trial, batch: Sequence[Job], call: Call[list[Found]]) -> list[Found]:
    """What came of `batch`; where it went past a limit, each of it is tried alone."""
    try:
        return call.result()
    except ScaffoldError as error:
        if len(batch) == 1:
            release, given = batch[0]
            return [Fault(release.commit if release else "", given, f"{error.message} ({error.hint})")]
    return [found for job in batch for found in _result(trial, [job], _started(trial, [job]))]


def _fleet(request: Request, found: Candidate, listener: Listener) -> list[Finding]:
    from scaffold.fleet import run as fleet  # noqa: PLC0415 only where there is a fleet

    order = Order(to=found.commit, template=str(found.repository), answers_file=request.answers_file)
    wanted = fleet.Request(request.fleet, order, jobs=request.jobs)
    return fleet.run(wanted, listener.begin, listener.tell)
