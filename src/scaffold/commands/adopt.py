"""`scaffold adopt`: brings a service that nobody generated under the template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold import options  # noqa: TC001 Typer reads it
from scaffold.completion import answers

if TYPE_CHECKING:
    from scaffold.adoption import Adoption

SHOWN = ("added", "differing", "in_the_way")
WORDS = {
    "added": "add",
    "differing": "differs",
    "in_the_way": "no place",
}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("adopt", short_help="Bring an existing service under the template.")(adopt)


def adopt(
    path: Annotated[Path, typer.Argument(help="The service.")] = Path(),
    *,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE", help="An answer, if the guess is wrong (repeatable).", autocompletion=answers
        ),
    ] = None,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing; take the guesses.")] = False,
    branch: Annotated[str, typer.Option(metavar="NAME", help="The new branch.")] = "scaffold/adopt",
    template: Annotated[
        str | None, typer.Option(metavar="SRC", help="Folder or git URL of another template.")
    ] = None,
    ref: Annotated[
        str | None, typer.Option(metavar="REF", help="Tag, branch or commit of the template.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be added and what differs; commit nothing.")
    ] = False,
    as_json: options.Json = False,
) -> int:
    """Bring an existing service under the template: what it lacks goes onto a branch, nothing is changed."""
    from scaffold import adoption, console, outcomes, settings  # noqa: PLC0415 only when it runs

    ask = None
    if console.talks() and not (defaults or as_json):
        from scaffold import prompts  # noqa: PLC0415 only where somebody is asked

        ask = prompts.ask
    request = adoption.Request(path, outcomes.given(answer or []), template, ref, branch, dry_run, ask)
    made = adoption.adopt(request, settings.load(), console.say)
    if as_json:
        typer.echo(json.dumps(made.facts(), indent=2, ensure_ascii=False))
    else:
        _tell(made, dry_run=dry_run)
    return 0


def _tell(made: Adoption, *, dry_run: bool) -> None:
    from scaffold.errors import printable  # noqa: PLC0415 only when it runs

    for key, value in made.answers.items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else str(value)
        typer.echo(printable(f"  {key:17} {shown}  ({made.origins[key]})"))
    for kind in SHOWN:
        for path in getattr(made, kind):
            typer.echo(f"  {WORDS[kind]:8} {printable(path)}")
    if dry_run:
        typer.echo(made.patch, nl=False)
        return
    typer.echo(
        f"{len(made.added)} files on the branch `{made.branch}`, made by {made.version}; none was changed"
    )
    typer.echo(f"look at it: git diff HEAD...{made.branch}; then merge it, and `scaffold update` works here")
