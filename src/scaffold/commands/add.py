"""`scaffold add`: gives a project more backing services, as if they had been chosen at the start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scaffold import options
from scaffold.completion import missing_services


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("add", short_help="Add backing services to a project.")(add)


def add(
    services: Annotated[
        list[str],
        typer.Argument(metavar="SERVICE...", help="Backing services.", autocompletion=missing_services),
    ],
    *,
    project: options.Project = Path(),
    template: options.Template = None,
    on_conflict: options.WhenInConflict = options.OnConflict.STOP,
    dry_run: options.DryRunWithTree = False,
    as_json: options.Json = False,
) -> int:
    """Add backing services to a project, as if they had been chosen at the start."""
    from scaffold import console, outcomes, selection, settings  # noqa: PLC0415 only when it runs
    from scaffold.update import Request, run  # noqa: PLC0415

    request = Request(
        project,
        answers=selection.added(services),
        template=template,
        stay=True,
        subject=f"Add {' and '.join(services)}",
        dry_run=dry_run,
        on_conflict=on_conflict.value,
    )
    return outcomes.tell(run(request, settings.load(), console.say), as_json=as_json, tree=dry_run)
