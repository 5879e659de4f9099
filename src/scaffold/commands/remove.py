"""`scaffold remove`: takes backing services away, as if they had never been chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scaffold import options
from scaffold.completion import present_services


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("remove", short_help="Remove backing services from a project.")(remove)


def remove(
    services: Annotated[
        list[str],
        typer.Argument(metavar="SERVICE...", help="Backing services.", autocompletion=present_services),
    ],
    *,
    project: options.Project = Path(),
    template: options.Template = None,
    on_conflict: options.WhenInConflict = options.OnConflict.STOP,
    dry_run: options.DryRunWithTree = False,
    as_json: options.Json = False,
) -> int:
    """Remove backing services from a project; a file of theirs that was edited is a conflict."""
    from scaffold import console, outcomes, selection, settings  # noqa: PLC0415 only when it runs
    from scaffold.update import Request, run  # noqa: PLC0415

    request = Request(
        project,
        answers=selection.removed(services),
        template=template,
        stay=True,
        subject=f"Remove {' and '.join(services)}",
        dry_run=dry_run,
        on_conflict=on_conflict.value,
    )
    return outcomes.tell(run(request, settings.load(), console.say), as_json=as_json, tree=dry_run)
