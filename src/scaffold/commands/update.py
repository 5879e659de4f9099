"""`scaffold update`: brings a project to a newer version of its template, or to other answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold.errors import ExitCode, ScaffoldError, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scaffold.update import Outcome
    from scaffold.workshop import Change

TAKE_BACK = "git restore . && git clean -fd ."


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("update")(update)


def update(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    *,
    to: Annotated[
        str | None, typer.Option("--to", metavar="REF", help="Version to go to (default: newest release).")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", metavar="KEY=VALUE", help="Change an answer (repeatable).")
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="SRC", help="Where the template is, if it moved.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the patch and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Bring a project to a newer version of its template; your edits stay, a conflict changes nothing."""
    from scaffold import console, settings  # noqa: PLC0415 only when it runs
    from scaffold.update import Request, run  # noqa: PLC0415

    if to == "":
        raise ScaffoldError(
            "`--to` is empty", hint="name a version, or leave --to out for the newest release"
        )
    request = Request(path, to, _given(answer or []), template, dry_run)
    outcome = run(request, settings.load(), console.say)
    if as_json:
        typer.echo(json.dumps(_facts(outcome), indent=2))
        return ExitCode.CONFLICT if outcome.conflicts else ExitCode.OK
    if outcome.patch:
        typer.echo(outcome.patch, nl=False)
    if outcome.conflicts:
        for conflict in outcome.conflicts:
            console.say(f"conflict: {printable(f'`{conflict.path}`: {conflict.reason}')}")
        raise _conflict(outcome)
    _report(outcome)
    return ExitCode.OK


def _given(pairs: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise ScaffoldError(f"`{pair}` is not an answer", hint="write --answer KEY=VALUE")
        if key in given:
            raise ScaffoldError(f"`{key}` is answered twice", hint="give it once")
        given[key] = value
    return given


def _facts(outcome: Outcome) -> dict[str, object]:
    return {
        "status": outcome.status,
        "from": outcome.old,
        "to": outcome.new,
        "changes": [
            {"action": _action(change), "path": change.path}
            | ({"from": change.origin} if change.origin else {})
            for change in outcome.changes
        ],
        "conflicts": [conflict._asdict() for conflict in outcome.conflicts],
        "kept_deleted": list(outcome.kept_deleted),
        "patch": outcome.patch,
    }


def _report(outcome: Outcome) -> None:
    if outcome.status == "unchanged":
        typer.echo(f"nothing to do: the project is what {outcome.new} makes of its answers")
        return
    words = "would change" if outcome.status == "planned" else "changed"
    typer.echo(f"{outcome.old} -> {outcome.new} {words} {_count(len(outcome.changes))}")
    for change in outcome.changes:
        name = f"{change.origin} -> {change.path}" if change.origin else change.path
        typer.echo(f"  {_action(change):9} {printable(name)}")
    for path in outcome.kept_deleted:
        typer.echo(f"  {'left out':9} {printable(path)} (the template changed it, you deleted it)")
    if outcome.status == "updated":
        typer.echo(f"look at it (git status, git diff) and commit it; `{TAKE_BACK}` takes it back")


def _conflict(outcome: Outcome) -> ScaffoldError:
    return ScaffoldError(
        f"{outcome.old} -> {outcome.new} has conflicts in {_count(len(outcome.conflicts))}; "
        "nothing was changed",
        hint="make these files agree with the template, commit, and try again; --dry-run shows both sides",
        code=ExitCode.CONFLICT,
    )


def _action(change: Change) -> str:
    if change.origin:
        return "renamed"
    return "added" if change.before is None else "deleted" if change.after is None else "modified"


def _count(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"
