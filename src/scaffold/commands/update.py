"""`scaffold update`: brings a project to a newer version of its template, or to other answers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scaffold.completion import answers, versions
from scaffold.errors import ScaffoldError


class OnConflict(StrEnum):
    """What happens to a result with conflicts."""

    STOP = "stop"
    MARKERS = "markers"
    BRANCH = "branch"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("update")(update)


def update(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    *,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="REF",
            help="Version to go to (default: newest release).",
            autocompletion=versions,
        ),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            metavar="KEY=VALUE",
            help="Change an answer (repeatable).",
            autocompletion=answers,
        ),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="SRC", help="Where the template is, if it moved.")
    ] = None,
    on_conflict: Annotated[
        OnConflict,
        typer.Option(
            "--on-conflict",
            help="Change nothing, mark conflicts in the files, or commit the marks on a branch.",
        ),
    ] = OnConflict.STOP,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the patch and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Bring a project to a newer version of its template; your edits stay, a conflict changes nothing."""
    from scaffold import console, outcomes, settings  # noqa: PLC0415 only when it runs
    from scaffold.update import Request, run  # noqa: PLC0415

    if to == "":
        raise ScaffoldError(
            "`--to` is empty", hint="name a version, or leave --to out for the newest release"
        )
    request = Request(
        path,
        to,
        outcomes.given(answer or []),
        template,
        dry_run=dry_run,
        on_conflict=on_conflict.value,
    )
    return outcomes.tell(run(request, settings.load(), console.say), as_json=as_json)
