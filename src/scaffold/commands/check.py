"""`scaffold check`: whether a project is still what its template and its contract say."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scaffold.errors import ExitCode


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("check")(check)


def check(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Check a project's answers, contract and variables, and whether its template has a newer version."""
    from scaffold import console, settings  # noqa: PLC0415 only when it runs
    from scaffold.inspection import inspect  # noqa: PLC0415

    checks = inspect(path.absolute(), settings.load())
    if as_json:
        typer.echo(json.dumps([asdict(found) for found in checks], indent=2))
    else:
        rows = [(found.name, found.status, found.detail, found.fix) for found in checks]
        console.table([("check", "status", "seen", "fix"), *rows], sys.stdout)
    failed = any(found.status == "failed" for found in checks)
    return ExitCode.CHECK_FAILED if failed else ExitCode.OK
