"""`scaffold verify`: prove from outside that a service keeps the twelve factors."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold.completion import checks
from scaffold.errors import ExitCode, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Callable

    from scaffold.verify.report import Result


class RunnerName(StrEnum):
    """What runs the service."""

    AUTO = "auto"
    HOST = "host"
    DOCKER = "docker"


class Format(StrEnum):
    """How the report is written."""

    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    HTML = "html"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("verify")(verify)


def verify(  # noqa: PLR0917 one parameter for each flag
    path: Annotated[
        Path | None, typer.Argument(help="Folder of the service.", show_default="this folder")
    ] = None,
    image: Annotated[str | None, typer.Option(help="Run this image instead of building one.")] = None,
    contract: Annotated[
        Path | None, typer.Option(help="Contract to use instead of PATH/.twelve-factor.yml.")
    ] = None,
    runner: Annotated[
        RunnerName, typer.Option(help="Host processes, or containers of the image.")
    ] = RunnerName.AUTO,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Run these checks or factors only (ids, comma).", autocompletion=checks),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(help="Leave these checks or factors out (ids, comma).", autocompletion=checks),
    ] = None,
    use: Annotated[
        list[str] | None,
        typer.Option(
            help="A backing service to run against, ID=URL; a second one of the same ID is the spare."
        ),
    ] = None,
    report_format: Annotated[
        Format, typer.Option("--format", help="How the report is written.")
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option(help="File for the report; standard output without it.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the logs of every process that was started.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=0, help="Checks side by side; 0 for two per core.")] = 0,
    init: Annotated[
        bool, typer.Option("--init", help="Write a first contract for a service that has none.")
    ] = False,
) -> int:
    """Prove from outside that a service keeps the twelve factors."""
    if init:
        from scaffold.verify import initial  # noqa: PLC0415 only when it runs

        written = initial.write(path or Path())
        typer.echo(f"wrote {written}; read it, correct it, then run `scaffold verify {path or '.'}`")
        return ExitCode.OK
    from scaffold.verify import contract as contracts  # noqa: PLC0415 only when it runs
    from scaffold.verify import run as runs  # noqa: PLC0415
    from scaffold.verify.formats import FORMATS  # noqa: PLC0415

    options = runs.Options(runner.value, image, _listed(only), _listed(skip), keep, jobs, _given(use))
    _require_folder(output)
    if image and runner is RunnerName.HOST:
        raise ScaffoldError("`--runner host` runs no image", hint="leave one of the two options out")
    promised = contracts.load(contract or path or Path(), path)
    report = runs.run(promised, options, _announcer(), kept=_kept)
    text = FORMATS[report_format.value](report)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        typer.echo(f"{report.summary()}; see {output}", err=True)
    return ExitCode.CHECK_FAILED if report.failed else ExitCode.OK


def _require_folder(output: Path | None) -> None:
    """Refuse a place for the report before a minute was spent on it."""
    if output is not None and (output.is_dir() or not output.parent.is_dir()):
        raise ScaffoldError(f"`{output}` cannot be written", hint="name a file in a folder that exists")


def _listed(values: list[str] | None) -> list[str]:
    return [name.strip() for value in values or () for name in value.split(",") if name.strip()]


def _given(values: list[str] | None) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for value in values or ():
        name, mark, url = value.partition("=")
        if not mark or "://" not in url:
            raise ScaffoldError(
                f"`{value}` is not ID=URL", hint="for example `--use postgres=postgresql://u:p@host/db`"
            )
        given.setdefault(name, []).append(url)
    return given


def _announcer() -> Callable[[Result], None]:
    """Progress on stderr: one line for each result."""
    from scaffold.verify.formats.table import line  # noqa: PLC0415 only when it runs

    def announce(result: Result) -> None:
        print(line(result), file=sys.stderr, flush=True)  # noqa: T201 progress

    return announce


def _kept(folder: Path) -> None:
    typer.echo(f"kept {folder}", err=True)
