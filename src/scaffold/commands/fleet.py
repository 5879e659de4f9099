"""`scaffold fleet`: where many projects stand, and an update branch for each."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    from scaffold.fleet.finding import Finding
    from scaffold.fleet.run import Request


class Format(StrEnum):
    """How the report is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


Sources = Annotated[
    list[Path],
    typer.Argument(metavar="SOURCE...", help="A folder of clones, a project, or a file of git URLs."),
]
To = Annotated[
    str | None, typer.Option("--to", metavar="REF", help="Version to go to (default: newest release).")
]
Template = Annotated[
    str | None, typer.Option("--template", metavar="SRC", help="Where the template is, if it moved.")
]
AnswersFile = Annotated[
    str, typer.Option("--answers-file", metavar="NAME", help="Answers file of the template to look at.")
]
Jobs = Annotated[
    int, typer.Option("--jobs", min=0, metavar="N", help="Processes (default: one for each core).")
]
Shard = Annotated[
    str,
    typer.Option("--shard", metavar="I/N", help="Only the Ith of N parts, as `plan --shards N` cuts them."),
]
Restart = Annotated[bool, typer.Option("--restart", help="Do not go on where an interrupted run was.")]
Written = Annotated[Format, typer.Option("--format", help="How the report is written.")]
RECORD = ".copier-answers.yml"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    group = typer.Typer(name="fleet", help="Show and update many projects at once.", no_args_is_help=True)
    group.command("status", short_help="Show each project's version, drift and conflicts.")(status)
    group.command("update", short_help="Commit each project's update on a branch.")(update)
    group.command("plan", short_help="Print the parts of a fleet for a CI matrix.")(plan)
    app.add_typer(group)


def status(
    sources: Sources,
    *,
    to: To = None,
    template: Template = None,
    answers_file: AnswersFile = RECORD,
    shard: Shard = "1/1",
    jobs: Jobs = 0,
    restart: Restart = False,
    written: Written = Format.TABLE,
) -> int:
    """Show each project's version, answers, drift and the conflicts that an update would meet.

    Exit codes: 0 all could be read, 3 an update of some meets conflicts, 6 some could not be read.
    """
    from scaffold.fleet.finding import Order  # noqa: PLC0415 only when it runs
    from scaffold.fleet.run import Request  # noqa: PLC0415

    order = Order(to=_named(to), template=template, answers_file=answers_file)
    return _report(Request(sources, order, _part(shard), jobs, restart), written)


def update(
    sources: Sources,
    *,
    push: Annotated[
        bool, typer.Option("--push", help="Push each branch to where the clone came from.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing, tell what would be done.")
    ] = False,
    branch: Annotated[
        str, typer.Option("--branch", metavar="NAME", help="Branch that gets the update.")
    ] = "scaffold/update",
    to: To = None,
    template: Template = None,
    answers_file: AnswersFile = RECORD,
    shard: Shard = "1/1",
    jobs: Jobs = 0,
    restart: Restart = False,
    written: Written = Format.TABLE,
) -> int:
    """Commit the update of each project on a branch of its own; working files stay as they are.

    Exit codes: 0 all are done, 3 some have conflicts and got no branch, 6 some could not be read or written.
    """
    from scaffold.fleet.finding import Order  # noqa: PLC0415 only when it runs
    from scaffold.fleet.run import Request  # noqa: PLC0415

    _refuse_odd(branch)
    order = Order(True, _named(to), template, answers_file, branch, push, dry_run)
    return _report(Request(sources, order, _part(shard), jobs, restart), written)


def plan(
    sources: Sources,
    *,
    shards: Annotated[int, typer.Option("--shards", min=1, metavar="N", help="How many parts.")],
    answers_file: AnswersFile = RECORD,
) -> None:
    """Print the parts of a fleet as JSON, for the matrix of a CI pipeline; empty ones are left out."""
    from scaffold.fleet import sources as fleet  # noqa: PLC0415 only when it runs

    found = fleet.read(sources, answers_file)
    parts = [(number, fleet.shard(found, number, shards)) for number in range(1, shards + 1)]
    include = [
        {"shard": f"{number}/{shards}", "repositories": [repository.name for repository in part]}
        for number, part in parts
        if part
    ]
    typer.echo(json.dumps({"include": include}))


def _report(request: Request, written: Format) -> int:
    from scaffold import console  # noqa: PLC0415 only when it runs
    from scaffold.fleet.finding import exit_code  # noqa: PLC0415
    from scaffold.fleet.formats import text  # noqa: PLC0415
    from scaffold.fleet.progress import Progress  # noqa: PLC0415
    from scaffold.fleet.run import run  # noqa: PLC0415

    progress = Progress()
    try:
        findings = run(request, progress.begin, progress.tell)
    finally:
        progress.end()
    if written is Format.TABLE:
        console.table(text.with_answers(findings), sys.stdout)
    else:
        typer.echo(_page(findings, written), nl=False)
    console.say(text.summary(findings))
    return exit_code(findings)


def _page(findings: list[Finding], written: Format) -> str:
    from scaffold.fleet.formats import html, text  # noqa: PLC0415 only when it runs

    pages = {Format.JSON: text.as_json, Format.CSV: text.as_csv, Format.HTML: html.html}
    return pages[written](findings)


def _named(to: str | None) -> str | None:
    if to == "":
        raise ScaffoldError(
            "`--to` is empty", hint="name a version, or leave --to out for the newest release"
        )
    return to


def _part(shard: str) -> tuple[int, int]:
    number, _, count = shard.partition("/")
    if (
        number.isascii()
        and number.isdigit()
        and count.isascii()
        and count.isdigit()
        and 1 <= int(number) <= int(count)
    ):
        return int(number), int(count)
    raise ScaffoldError(f"`{shard}` is not a part of a fleet", hint="write --shard 1/4 for the first of four")


def _refuse_odd(branch: str) -> None:
    """Raise for a name that git does not take for a branch."""
    from scaffold import git  # noqa: PLC0415 only when it runs

    try:
        git.run("check-ref-format", f"refs/heads/{branch}")
        if branch.startswith("-"):
            raise git.GitError("it begins with a hyphen")  # noqa: TRY301
    except git.GitError as error:
        raise ScaffoldError(
            f"`{branch}` is not a name for a branch", hint="--branch scaffold/update"
        ) from error
