"""`scaffold check`: whether a project is still what its template and its contract say."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scaffold.errors import ExitCode, ScaffoldError


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("check", short_help="Check a project's answers, contract and variables.")(check)


def check(
    path: Annotated[Path, typer.Argument(help="The project.")] = Path(),
    *,
    manifests: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|-",
            help="Judge these Kubernetes manifests, whoever made them, instead of the project.",
        ),
    ] = None,
    contract: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With `--manifests`: judge what they give the service of this contract, too.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Check a project's answers, contract and variables, and whether its template has a newer version."""
    if manifests is not None:
        return _judge(manifests, contract, as_json=as_json)
    if contract is not None:
        raise ScaffoldError("`--contract` is for manifests", hint="say which by `--manifests DIR|-`")
    from scaffold import console, opening, settings  # noqa: PLC0415 only when it runs
    from scaffold.inspection import inspect  # noqa: PLC0415

    opening.mend(path, console.say)
    checks = inspect(path.absolute(), settings.load())
    if as_json:
        typer.echo(json.dumps([asdict(found) for found in checks], indent=2))
    else:
        rows = [(found.name, found.status, found.detail, found.fix) for found in checks]
        console.table([("check", "status", "seen", "fix"), *rows], sys.stdout)
    failed = any(found.status == "failed" for found in checks)
    return ExitCode.CHECK_FAILED if failed else ExitCode.OK


def _judge(source: str, contract: Path | None, *, as_json: bool) -> int:
    """Judge the manifests of `source`; what is found goes to standard output."""
    from scaffold import console  # noqa: PLC0415 only when it runs
    from scaffold.manifests.registry import judge  # noqa: PLC0415
    from scaffold.manifests.source import read  # noqa: PLC0415

    objects = read(source, contract)
    found = judge(objects)
    if as_json:
        report = {"objects": len(objects.all), "findings": [asdict(finding) for finding in found]}
        typer.echo(json.dumps(report, indent=2))
    elif found:
        rows = [(finding.rule, finding.object, finding.message, finding.fix) for finding in found]
        console.table([("rule", "object", "seen", "fix"), *rows], sys.stdout)
    else:
        console.say(f"{len(objects.all)} objects, no fault")
    return ExitCode.CHECK_FAILED if found else ExitCode.OK
