"""`scaffold set`: changes answers of a project, as if they had been given at the start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scaffold import options
from scaffold.completion import answers


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("set", short_help="Change answers of a project.")(set_answers)


def set_answers(
    pairs: Annotated[
        list[str],
        typer.Argument(metavar="KEY=VALUE...", help="Answers, such as target=none.", autocompletion=answers),
    ],
    *,
    project: options.Project = Path(),
    template: options.Template = None,
    on_conflict: options.WhenInConflict = options.OnConflict.STOP,
    dry_run: options.DryRunWithTree = False,
    as_json: options.Json = False,
) -> int:
    """Change answers of a project (target, ci, a stack of its language ...) at the version that it has."""
    from scaffold import console, outcomes, selection, settings  # noqa: PLC0415 only when it runs
    from scaffold.update import Request, run  # noqa: PLC0415

    given = outcomes.given(pairs, flag="")
    request = Request(
        project,
        answers=selection.changed(given),
        template=template,
        stay=True,
        subject="Set " + " and ".join(f"{key} to {value}" for key, value in given.items()),
        dry_run=dry_run,
        on_conflict=on_conflict.value,
    )
    return outcomes.tell(run(request, settings.load(), console.say), as_json=as_json, tree=dry_run)
