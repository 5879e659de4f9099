"""`scaffold show`: what one choice adds to a service."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scaffold.offer import Offer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("show", short_help="Show what one choice adds.")(show)


def show(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="stack, service, target, ci or sample.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="Which one, as in `scaffold list`.")],
    *,
    stack: Annotated[
        str | None, typer.Option(metavar="ID", help="The stack to show it in (default: the first).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what one choice adds: files, variables, ports, processes and admin commands."""
    from scaffold import offer, settings, source  # noqa: PLC0415 only when it runs

    wanted = offer.kind_of(kind)
    with source.open(None, None, settings.load()) as template:
        found = offer.of(template.root, wanted, id_, stack)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    else:
        _print(found)


def _print(found: Offer) -> None:
    from scaffold import console  # noqa: PLC0415 only when it runs

    typer.echo(f"{found.id}: {found.title}{f'. {found.summary}' if found.summary else ''}")
    if found.kind != "stacks":
        typer.echo(f"in a service of the stack {found.stack}")
    for title, paths in (("adds", found.added), ("changes", found.changed), ("takes away", found.removed)):
        if paths:
            typer.echo("")
            console.tree(
                f"{title} {len(paths)} file{'' if len(paths) == 1 else 's'}", paths, sys.stdout, whole=True
            )
    if found.variables:
        typer.echo("")
        rows = [(v["name"], _facts(v), v["description"]) for v in found.variables]
        console.table([("variable", "", "description"), *rows], sys.stdout)
    for title, commands in (("process", found.processes), ("admin command", found.admin)):
        if commands:
            typer.echo("")
            console.table(
                [(title, "command"), *((n, " ".join(argv)) for n, argv in commands.items())], sys.stdout
            )
    if found.ports:
        typer.echo(f"\nport {', '.join(map(str, found.ports))}")


def _facts(variable: dict[str, object]) -> str:
    words = [str(variable["type"]), "required" if variable["required"] else "optional"]
    return ", ".join([*words, *(["secret"] if variable["secret"] else [])])
