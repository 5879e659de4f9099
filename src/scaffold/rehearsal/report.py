"""The report of a rehearsal, for people and for programs."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import typer

from scaffold import console
from scaffold.errors import printable
from scaffold.fleet.formats import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scaffold.rehearsal.changes import Update
    from scaffold.rehearsal.run import Report
    from scaffold.rehearsal.trial import Fault

SHOWN = 20


def as_json(report: Report) -> str:
    """Everything that was found."""
    facts = {
        "template": report.template,
        "candidate": report.candidate,
        "is_committed": report.is_committed,
        "combinations": report.combinations,
        "faults": [fault._asdict() for fault in report.faults],
        "updates": [update._asdict() for update in report.updates],
        "fleet": [finding.facts() for finding in report.fleet],
        "notes": report.notes,
    }
    return json.dumps(facts, indent=2, default=str)


def tell(report: Report) -> None:
    """Print the report: the numbers, what each release's projects get, the fleet, and every fault."""
    for line in _lines(report):
        typer.echo(printable(line))
    if report.fleet:
        typer.echo("")
        console.table(text.rows(report.fleet), sys.stdout)
        typer.echo(f"in the fleet: {text.summary(report.fleet)}")
    for note in report.notes:
        console.say(f"note: {printable(note)}")
    for line in _faults(report.faults):
        console.say(printable(line))


def _lines(report: Report) -> Iterator[str]:
    state = "" if report.is_committed else ", with changes that are not committed"
    broken = len({repr(fault.answers) for fault in report.faults if not fault.release})
    yield f"candidate {report.candidate}{state}"
    yield f"{report.combinations - broken} of {report.combinations} combinations of answers render"
    for update in report.updates:
        yield from _update(update, sum(fault.release == update.release for fault in report.faults))


def _update(update: Update, faults: int) -> Iterator[str]:
    numbers = (
        (len(found), word)
        for found, word in (
            (update.modified, "modified"),
            (update.added, "added"),
            (update.deleted, "deleted"),
            (update.renamed, "renamed"),
        )
    )
    files = ", ".join(f"{number} {word}" for number, word in numbers if number) or "none changes"
    yield f"{update.release}: {update.projects} of {update.projects + faults} projects update; files: {files}"
    named = [f"  deleted  {path} (whoever edited it gets a conflict)" for path in update.deleted]
    named += [f"  renamed  {old} -> {new} (edits follow)" for new, old in sorted(update.renamed.items())]
    yield from named[:SHOWN]
    if len(named) > SHOWN:
        yield f"  and {len(named) - SHOWN} more; --json names all of them"


def _faults(faults: tuple[Fault, ...]) -> Iterator[str]:
    """Equal ones once, with the first answers that they come from."""
    grouped: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for fault in faults:
        grouped[fault.release, fault.reason].append(fault.answers)
    for (release, reason), answers in grouped.items():
        where = f"a project of {release}" if release else "the candidate"
        more = f" and {len(answers) - 1} more" if len(answers) > 1 else ""
        yield f"fault: {where}: {reason}"
        yield f"  with {_words(answers[0])}{more}"


def _words(answers: Mapping[str, Any]) -> str:
    shown = (
        f"{name}={','.join(map(str, value)) or 'none' if isinstance(value, list) else value}"
        for name, value in answers.items()
    )
    return " ".join(shown) or "the defaults"
