"""Flags that several commands have in common."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class OnConflict(StrEnum):
    """What happens to a result with conflicts."""

    STOP = "stop"
    MARKERS = "markers"
    BRANCH = "branch"


Project = Annotated[Path, typer.Option("--project", metavar="PATH", help="The project.")]
Template = Annotated[
    str | None, typer.Option("--template", metavar="SRC", help="Where the template is, if it moved.")
]
WhenInConflict = Annotated[
    OnConflict,
    typer.Option(
        "--on-conflict", help="Change nothing, mark conflicts in the files, or commit the marks on a branch."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the patch and change nothing.")]
DryRunWithTree = Annotated[
    bool, typer.Option("--dry-run", help="Show the files and the patch; change nothing.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
