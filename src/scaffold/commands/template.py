"""`scaffold template test`: what the next release of a template does, before it is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold import options  # noqa: TC001 Typer reads it

if TYPE_CHECKING:
    from scaffold.rehearsal.run import Report, Request


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    group = typer.Typer(name="template", help="Try a template before its release.", no_args_is_help=True)
    group.command("test", short_help="Render every combination and try the updates.")(rehearse)
    app.add_typer(group)


def rehearse(
    template: Annotated[Path, typer.Argument(help="The template's working tree.")] = Path(),
    *,
    releases: Annotated[
        list[str] | None,
        typer.Option(
            "--from", metavar="TAG", help="Release to update from (repeatable; default: the last three)."
        ),
    ] = None,
    fleet: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="SOURCE",
            help="Projects to look at: a folder of clones, a project, or a file of git URLs (repeatable).",
        ),
    ] = None,
    answers_file: Annotated[
        str, typer.Option("--answers-file", metavar="NAME", help="Answers file of the fleet's projects.")
    ] = ".copier-answers.yml",
    jobs: Annotated[
        int, typer.Option(min=0, metavar="N", help="Processes (default: one for each core).")
    ] = 0,
    as_json: options.Json = False,
) -> int:
    """Render every combination of answers, update projects of former releases, show a fleet's conflicts.

    The next release is what the working tree holds, uncommitted changes included. Nothing is changed.

    Exit codes: 0 ready, 5 something does not render or update, 3 the fleet meets conflicts, 6 some of it
    could not be read.
    """
    from scaffold.rehearsal import report  # noqa: PLC0415 only when it runs
    from scaffold.rehearsal.run import Request  # noqa: PLC0415

    found = _heard(Request(template, releases or (), fleet or (), answers_file, jobs))
    if as_json:
        typer.echo(report.as_json(found))
    else:
        report.tell(found)
    return found.code


def _heard(request: Request) -> Report:
    """The rehearsal, while its progress stands on standard error."""
    from scaffold import console  # noqa: PLC0415 only when it runs
    from scaffold.fleet.progress import Progress  # noqa: PLC0415
    from scaffold.rehearsal.run import Listener, run  # noqa: PLC0415

    combinations, repositories = console.Count("renderings and updates"), Progress()
    listener = Listener(combinations.tell, repositories.begin, repositories.tell)
    try:
        return run(request, listener)
    finally:
        combinations.end()
        repositories.end()
