"""What `scaffold new` tells: what will be made, what was made, how to repeat it and what to type next."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scaffold import console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scaffold.creation import Project
    from scaffold.hooks import Skipped

FLAGS = {
    "stack": "--stack",
    "services": "--service",
    "target": "--target",
    "ci": "--ci",
    "sample": "--sample",
    "description": "--description",
    "owner": "--owner",
    "image_repository": "--image-repository",
    "base_image_prefix": "--base-image-prefix",
}


def summary(project: Project) -> None:
    """Show the answers and the first levels of the tree, before a person agrees."""
    width = max((len(name) for name in project.answers.values), default=0)
    for name, value in project.answers.values.items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else str(value)
        console.say(f"  {name:{width}}  {shown}")
    console.tree(f"{project.destination.name}/", project.rendering, sys.stderr, whole=False)


def dry_run(project: Project) -> None:
    """Show every file that would be written."""
    if project.request.as_json:
        _print_json(project, ())
    else:
        console.tree(f"{project.destination.name}/", project.rendering, sys.stdout, whole=True)


def place(project: Project) -> Path:
    """The project's folder as people see it: from where they stand, if it is below."""
    here, folder = Path.cwd(), project.destination
    return folder.relative_to(here) if folder != here and folder.is_relative_to(here) else folder


def made(project: Project, skipped: tuple[Skipped, ...]) -> None:
    """Tell where the project is, the command that makes it again, and what to type next."""
    if project.request.as_json:
        _print_json(project, skipped)
        return
    typer.echo(f"{len(project.rendering)} files in {place(project)}")
    typer.echo(f"\nThe same again:\n  {shlex.join(repeat(project))}")
    typer.echo("\nNext:\n" + "\n".join(f"  {command}" for command in following(project)))


def repeat(project: Project) -> list[str]:
    """The command line that makes the same project: every answer that would otherwise differ."""
    request, given = project.request, project.answers
    words = ["scaffold", "new"]
    if "project_name" in given.values:
        words.append(str(given.values["project_name"]))
    for name, value in given.values.items():
        if name in FLAGS and name in given.needed:
            each = (value or ["none"]) if isinstance(value, list) else [value]
            words += [word for item in each for word in _flag(FLAGS[name], str(item))]
    if request.answers and not FLAGS.keys() | {"project_name"} >= given.values.keys():
        words += ["--answers", str(request.answers)]
    for flag, text in (("--into", request.into), ("--template", request.template), ("--ref", request.ref)):
        words += _flag(flag, str(text)) if text is not None else []
    return [*words, *(["--no-hooks"] if not request.hooks else []), "--defaults"]


def following(project: Project) -> list[str]:
    """The next three commands to type."""
    where = project.destination
    folder = where.relative_to(Path.cwd()) if where.is_relative_to(Path.cwd()) else where
    verbs = project.rendering.get("Makefile")
    known = re.findall(rb"^([a-z-]+):.*##", verbs.content, re.MULTILINE) if verbs else []
    makes = [f"make {verb}" for verb in ("setup", "dev") if verb.encode() in known]
    return [f"cd {shlex.quote(str(folder))}", *makes]


def _flag(flag: str, value: str) -> list[str]:
    return [f"{flag}={value}"] if value.startswith("-") or not value else [flag, value]


def _print_json(project: Project, skipped: Iterable[Skipped]) -> None:
    data: dict[str, Any] = {
        "project": project.destination.name,
        "path": str(project.destination),
        "written": not project.request.dry_run,
        "template": project.source.src_path,
        "commit": project.source.commit,
        "answers": dict(project.answers.values),
        "files": list(project.rendering),
        "skipped_hooks": [{"hook": it.hook, "reason": it.reason, "hint": it.hint} for it in skipped],
        "repeat": repeat(project),
        "next": following(project),
    }
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
