"""Tells what came of an update, of added or removed services, of changed answers: as lines or as JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import typer

from scaffold import console
from scaffold.errors import ExitCode, ScaffoldError, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scaffold.merge import Conflict
    from scaffold.update import Outcome
    from scaffold.workshop import Change

TAKE_BACK = "git restore . && git clean -fd ."
SHOWN_LINES = 6


def given(pairs: Iterable[str], flag: str = "--answer ") -> dict[str, str]:
    """The answers in `KEY=VALUE` words; exit 2 for a word that is none, or a key that comes twice."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise ScaffoldError(f"`{pair}` is not an answer", hint=f"write {flag}KEY=VALUE")
        if key in found:
            raise ScaffoldError(f"`{key}` is answered twice", hint="give it once")
        found[key] = value
    return found


def tell(outcome: Outcome, *, as_json: bool, tree: bool = False) -> int:
    """Print `outcome`, with a tree of what changes if asked for; the exit code for it."""
    if as_json:
        typer.echo(json.dumps(facts(outcome), indent=2))
        return ExitCode.CONFLICT if outcome.conflicts else ExitCode.OK
    if tree and outcome.changes:
        console.tree(
            "./", (change.path for change in outcome.changes if change.after), sys.stdout, whole=True
        )
    if outcome.patch:
        typer.echo(outcome.patch, nl=False)
    if outcome.conflicts:
        conflicts(outcome.conflicts)
        raise _in_conflict(outcome)
    _report(outcome)
    return ExitCode.OK


def facts(outcome: Outcome) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "status": outcome.status,
        "from": outcome.old,
        "to": outcome.new,
        "applied": outcome.applied,
        "branch": outcome.branch,
        "commit": outcome.commit,
        "changes": [changed(change) for change in outcome.changes],
        "conflicts": [
            {**conflict._asdict(), "hunks": [hunk._asdict() for hunk in conflict.hunks]}
            for conflict in outcome.conflicts
        ],
        "kept_deleted": list(outcome.kept_deleted),
        "patch": outcome.patch,
    }


def changed(change: Change) -> dict[str, str]:
    """One change for JSON."""
    return {"action": action(change), "path": change.path} | (
        {"from": change.origin} if change.origin else {}
    )


def action(change: Change) -> str:
    """What happens to the file: added, modified, deleted or renamed."""
    if change.origin:
        return "renamed"
    return "added" if change.before is None else "deleted" if change.after is None else "modified"


def summary(changes: Iterable[Change]) -> None:
    """One line for each change, on standard output."""
    for change in changes:
        name = f"{change.origin} -> {change.path}" if change.origin else change.path
        typer.echo(f"  {action(change):9} {printable(name)}")


def conflicts(found: Sequence[Conflict]) -> None:
    """Each conflict with the lines of both sides, on standard error."""
    for conflict in found:
        console.say(f"conflict: {printable(f'`{conflict.path}`: {conflict.reason}')}")
        for hunk in conflict.hunks:
            console.say(f"  line {hunk.line}")
            _side("project", hunk.project)
            _side("template", hunk.template)


def count(number: int) -> str:
    """So many files, in words."""
    return f"{number} file{'' if number == 1 else 's'}"


def _side(name: str, text: str) -> None:
    lines = text.splitlines()
    for line in lines[:SHOWN_LINES]:
        console.say(f"    {name:8} | {printable(line)}")
    if not lines:
        console.say(f"    {name:8} has no such lines")
    if len(lines) > SHOWN_LINES:
        console.say(f"    {name:8} | and {len(lines) - SHOWN_LINES} lines more")


def _report(outcome: Outcome) -> None:
    if outcome.status == "unchanged":
        typer.echo(f"nothing to do: the project is what {outcome.new} makes of its answers")
        return
    step = f"{outcome.old} -> {outcome.new}" if outcome.old != outcome.new else outcome.new
    words = "would change" if outcome.status == "planned" else "changed"
    typer.echo(f"{step} {words} {count(len(outcome.changes))}")
    summary(outcome.changes)
    for path in outcome.kept_deleted:
        typer.echo(f"  {'left out':9} {printable(path)} (the template changed it, you deleted it)")
    if outcome.applied == "tree":
        typer.echo(f"look at it (git status, git diff) and commit it; `{TAKE_BACK}` takes it back")
    elif outcome.applied == "branch":
        typer.echo(f"committed on the branch `{outcome.branch}`; nothing else was changed")


def _in_conflict(outcome: Outcome) -> ScaffoldError:
    number = count(len(outcome.conflicts))
    what, hint = {
        "nothing": (
            "; nothing was changed",
            "make these files agree with the template, commit, and try again; --dry-run shows both sides, "
            "--on-conflict markers or branch lets you solve them in place",
        ),
        "tree": (
            ", which are now in the working tree",
            "solve them (git status, git mergetool), git add, commit; `git reset --merge` takes all back",
        ),
        "branch": (
            f", committed with marks on the branch `{outcome.branch}`; nothing else was changed",
            f"git switch {outcome.branch}, solve them, commit, then merge it",
        ),
    }[outcome.applied]
    message = f"{outcome.old} -> {outcome.new} has conflicts in {number}{what}"
    return ScaffoldError(message, hint=hint, code=ExitCode.CONFLICT)
