"""`scaffold new`: from questions to a service in its folder."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 Typer reads it
from typing import Annotated

import typer

from scaffold.completion import choices


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("new")(new)


def new(  # noqa: PLR0917 one parameter for each flag
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the service.", show_default=False)
    ] = None,
    stack: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Language and framework.", autocompletion=choices("stacks")),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option(
            help="Backing service; may be repeated; `none` for none.", autocompletion=choices("services")
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Where it is deployed.", autocompletion=choices("targets")),
    ] = None,
    ci: Annotated[
        str | None, typer.Option(metavar="ID", help="CI provider.", autocompletion=choices("ci"))
    ] = None,
    sample: Annotated[
        str | None, typer.Option(metavar="ID", help="Sample code.", autocompletion=choices("samples"))
    ] = None,
    description: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the service does, in one line.")
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="TEAM", help="Team that answers for it.")] = None,
    image_repository: Annotated[
        str | None, typer.Option(metavar="HOST/PATH", help="Where its image is pushed.")
    ] = None,
    base_image_prefix: Annotated[
        str | None, typer.Option(metavar="PREFIX/", help="Prefix of a mirror for base images.")
    ] = None,
    answers: Annotated[Path | None, typer.Option(metavar="FILE", help="YAML file with answers.")] = None,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing; take the defaults.")] = False,
    into: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The new folder; NAME if not given.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the files; write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; ask nothing.")] = False,
    no_hooks: Annotated[bool, typer.Option("--no-hooks", help="No lock files, no check, no git.")] = False,
    template: Annotated[
        str | None, typer.Option(metavar="SRC", help="Folder or git URL of another template.")
    ] = None,
    ref: Annotated[
        str | None, typer.Option(metavar="REF", help="Tag, branch or commit of the template.")
    ] = None,
) -> None:
    """Start a service in a new folder.

    On a terminal it asks what no flag gives; elsewhere the settings and the template's defaults answer.
    """
    from scaffold import creation  # noqa: PLC0415 only when it runs

    given = {
        "project_name": name,
        "stack": stack,
        "services": creation.services(service),
        "target": target,
        "ci": ci,
        "sample": sample,
        "description": description,
        "owner": owner,
        "image_repository": image_repository,
        "base_image_prefix": base_image_prefix,
    }
    creation.create(
        creation.Request(
            flags={key: value for key, value in given.items() if value is not None},
            answers=answers,
            into=into,
            template=template,
            ref=ref,
            ask=not (defaults or as_json),
            hooks=not no_hooks,
            dry_run=dry_run,
            as_json=as_json,
        )
    )
