"""How a service comes into being: answers, rendering, hooks, its place, and a report."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold import answers, console, hooks, place, questions, render, report, settings, signals, source
from scaffold.answers import Answers
from scaffold.errors import ScaffoldError, UnsupportedTemplateError
from scaffold.hooks import Skipped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scaffold.questions import Form
    from scaffold.render import Rendering
    from scaffold.settings import Settings
    from scaffold.source import Source

FOREIGN = "hooks run only for this installation's template and the one that the settings name"


@dataclass(frozen=True)
class Request:
    """What `scaffold new` was told: `flags` are answers by question, the rest as the flags are named."""

    flags: Mapping[str, Any]
    answers: Path | None = None
    into: Path | None = None
    template: str | None = None
    ref: str | None = None
    ask: bool = True
    hooks: bool = True
    dry_run: bool = False
    as_json: bool = False


@dataclass(frozen=True)
class Project:
    """What a request came to: answers, files and destination, not yet written."""

    request: Request
    source: Source
    answers: Answers
    rendering: Rendering
    destination: Path
    skipped: tuple[Skipped, ...] = field(default=())


def services(given: list[str] | None) -> list[str] | None:
    """The services that `--service` flags mean; `none` stands for an empty list."""
    if given == ["none"]:
        return []
    if given and "none" in given:
        raise ScaffoldError("`--service none` excludes every other `--service`", hint="drop one of them")
    return given or None


def create(request: Request) -> None:
    """Make the project that `request` describes, and tell about it."""
    asks = request.ask and console.talks()
    if not asks and "project_name" not in request.flags and request.answers is None:
        raise ScaffoldError(
            "a NAME is missing", hint="`scaffold new NAME`, for example `scaffold new orders-api`"
        )
    if asks and (request.into or "project_name" in request.flags):
        place.refuse(_absolute(request.into or Path(request.flags["project_name"])))
    organisation = settings.load()
    with source.open(request.template, request.ref, organisation) as template:
        for warning in template.warnings:
            console.warn(warning)
        project = _prepare(request, template, organisation, asks=asks)
        if request.dry_run:
            report.dry_run(project)
        elif asks and not _agreed(project):
            console.say("nothing was made")
        else:
            report.made(project, _write(project))


def _prepare(request: Request, template: Source, organisation: Settings, *, asks: bool) -> Project:
    form = _form(template)
    resolved = _answers(request, form, organisation, asks=asks)
    name = str(resolved.values.get("project_name", request.flags.get("project_name", "")))
    into = request.into or (Path(name) if name else None)
    if into is None:
        raise ScaffoldError("a NAME is missing", hint="`scaffold new NAME`")
    destination = _absolute(into)
    place.refuse(destination)
    rendering = render.render(template.root, resolved.values, template.src_path, template.commit, form)
    return Project(request, template, resolved, rendering, destination)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 links stay as they are written


def _form(template: Source) -> Form | None:
    try:
        return questions.load(template.root)
    except UnsupportedTemplateError:
        return None


def _answers(request: Request, form: Form | None, organisation: Settings, *, asks: bool) -> Answers:
    file = answers.read(request.answers) if request.answers else {}
    name, other = request.flags.get("project_name"), file.get("project_name")
    if name is not None and other is not None and name != other:
        raise ScaffoldError(
            f"NAME is `{name}`, but `{request.answers}` says `{other}`", hint="leave one of the two out"
        )
    if name is None and other is None and not asks:
        raise ScaffoldError(
            "a NAME is missing", hint="`scaffold new NAME`, for example `scaffold new orders-api`"
        )
    layers = answers.Layers(request.flags, file, organisation.defaults, organisation.fixed)
    if form is None:
        return _unasked(layers)
    if not asks:
        return answers.resolve(form, layers)
    from scaffold import prompts  # noqa: PLC0415 only where somebody is asked

    return answers.resolve(form, layers, prompts.ask)


def _unasked(layers: answers.Layers) -> Answers:
    """Answers to a template whose questions only Copier understands; it checks them and fills in the rest."""
    values = {**layers.defaults, **layers.fixed, **layers.file, **layers.flags}
    origins = {key: answers.FLAG if key in layers.flags else answers.FILE for key in values}
    return Answers(values, origins, frozenset(values))


def _agreed(project: Project) -> bool:
    from scaffold import prompts  # noqa: PLC0415 only where somebody is asked

    report.summary(project)
    return prompts.confirm(f"Make it in {report.place(project)}?")


def _write(project: Project) -> tuple[Skipped, ...]:
    """Write the project and run its hooks, all or nothing; the hooks that were skipped."""
    with place.staged(project.rendering, project.destination, placed=signals.ignore) as folder:
        skipped = _run_hooks(project, folder)
    for hook in skipped:
        console.warn(f"{hook.hook}: {hook.reason}", hook.hint)
    return skipped


def _run_hooks(project: Project, folder: Path) -> tuple[Skipped, ...]:
    found = hooks.found(project.source.root) if project.request.hooks else ()
    if not project.source.is_ours:
        return tuple(Skipped(hooks.name(hook), FOREIGN) for hook in found)
    skipped: list[Skipped | None] = []
    for hook in found:
        with console.Step(hooks.name(hook)) as step:
            skipped.append(hooks.run(hook, folder, project.destination, step.tick))
    return tuple(hook for hook in skipped if hook)
