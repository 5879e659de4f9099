"""`scaffold diff`: what an update would change, or what a project changed against its template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from scaffold import options  # noqa: TC001 Typer reads it
from scaffold.completion import versions
from scaffold.errors import ExitCode, ScaffoldError


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("diff", short_help="Show what an update, or the project itself, changes.")(diff)


def diff(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    *,
    to: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Version of the update (default: newest).", autocompletion=versions),
    ] = None,
    own: Annotated[
        bool, typer.Option("--own", help="What this project changed against its own version.")
    ] = False,
    template: options.Template = None,
    summary: Annotated[bool, typer.Option("--summary", help="Name the files, without the patch.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 5 if anything differs.")] = False,
    as_json: options.Json = False,
) -> int:
    """Show, as a patch, what an update would change, or with --own what the project changed itself."""
    if own and to is not None:
        raise ScaffoldError("`--own` looks at the project's own version, not at `--to`", hint="drop one")
    facts, changes = _own(path, template) if own else _update(path, to, template)
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
    elif summary:
        from scaffold import outcomes  # noqa: PLC0415 only when it runs

        outcomes.summary(changes)
    else:
        typer.echo(facts["patch"], nl=False)
    return ExitCode.CHECK_FAILED if exit_code and changes else ExitCode.OK


def _own(path: Path, template: str | None) -> tuple[dict[str, Any], Any]:
    from scaffold import comparison, console, outcomes, settings  # noqa: PLC0415 only when it runs

    found = comparison.own(path, settings.load(), console.say, template)
    changes = [outcomes.changed(change) for change in found.changes]
    return {"version": found.version, "changes": changes, "patch": found.patch}, found.changes


def _update(path: Path, to: str | None, template: str | None) -> tuple[dict[str, Any], Any]:
    from scaffold import console, outcomes, settings  # noqa: PLC0415 only when it runs
    from scaffold.update import Request, run  # noqa: PLC0415

    outcome = run(Request(path, to, template=template, dry_run=True), settings.load(), console.say)
    outcomes.conflicts(outcome.conflicts)
    kept = ("from", "to", "changes", "conflicts", "kept_deleted", "patch")
    return {key: outcomes.facts(outcome)[key] for key in kept}, outcome.changes
