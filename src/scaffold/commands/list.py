"""`scaffold list`: every choice that the template offers."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("list", short_help="List what a service can be made of.")(list_choices)


def list_choices(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[stacks|services|targets|ci|samples]", help="One kind of choice (default: all)."
        ),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List what a service can be made of: stacks, services, targets, CI providers and samples."""
    from scaffold import catalog, console, offer, settings, source  # noqa: PLC0415 only when it runs

    kinds = offer.KINDS if kind is None else (offer.kind_of(kind),)
    with source.open(None, None, settings.load()) as template:
        offered = catalog.load(template.root)
    found = {
        name: [
            {"id": c.id, "title": c.title, "summary": c.summary}
            for c in offer.choices(offered, name).values()
        ]
        for name in kinds
    }
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    rows = [(name, c["id"], c["title"], c["summary"]) for name, choices in found.items() for c in choices]
    console.table([("kind", "id", "title", "summary"), *rows], sys.stdout)
