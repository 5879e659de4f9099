"""`scaffold update`: brings a project to a newer version of its template, or to other answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scaffold import options
from scaffold.completion import answers, versions
from scaffold.errors import ScaffoldError


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("update", short_help="Bring a project to a newer version of its template.")(update)


def update(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    *,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="REF", help="Version to go to (default: newest release).", autocompletion=versions
        ),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Change an answer (repeatable).", autocompletion=answers),
    ] = None,
    template: options.Template = None,
    on_conflict: options.WhenInConflict = options.OnConflict.STOP,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
) -> int:
    """Bring a project to a newer version of its template; your edits stay, a conflict changes nothing."""
    from scaffold import console, outcomes, settings  # noqa: PLC0415 only when it runs
    from scaffold.update import Request, run  # noqa: PLC0415

    if to == "":
        raise ScaffoldError(
            "`--to` is empty", hint="name a version, or leave --to out for the newest release"
        )
    given = outcomes.given(answer or [])
    request = Request(path, to, given, template, dry_run=dry_run, on_conflict=on_conflict.value)
    return outcomes.tell(run(request, settings.load(), console.say), as_json=as_json)
