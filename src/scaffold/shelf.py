"""Versions of templates and what they render, for one project or for many."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from scaffold import answers, confined, place, questions, render, source, versions
from scaffold.errors import ScaffoldError, UnsupportedTemplateError
from scaffold.versions import Version, Versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scaffold.render import Rendering
    from scaffold.settings import Settings

    Given = Mapping[str, Any] | Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]
    """Answers to change, or what works them out from the template's folder and the recorded answers."""

LARGEST = 128 * 1024**2


class Shelf:
    """Fetches and renders anew for every project; who has many projects overrides what is worth keeping."""

    @contextmanager
    def between(self, template: str, commit: str, ref: str | None, settings: Settings) -> Iterator[Versions]:
        """As `versions.between`."""
        with versions.between(template, commit, ref, settings) as pair:
            yield pair

    @contextmanager
    def at(self, template: str, commit: str, settings: Settings) -> Iterator[Versions]:
        """The version `commit` of `template`, as the old one and the new one."""
        with source.open(template, commit, settings) as found:
            version = Version(found.root, template, commit)
            yield Versions(version, version, found.warnings)

    def answer(
        self, version: Version, recorded: Mapping[str, Any], given: Given, settings: Settings
    ) -> Mapping[str, Any]:
        """What `version` is rendered with: given, else recorded, else by the settings and the template."""
        return confined.run(lambda: resolved(version.root, recorded, given, settings))

    def render(self, jobs: Sequence[tuple[Version, Mapping[str, Any]]]) -> list[Rendering]:
        """What each version makes of its answers; they are rendered at the same time."""
        with ExitStack() as stack:
            calls = []
            for version, values in jobs:
                calls.append(confined.start(_renderer(version, values)))
                stack.callback(calls[-1].end)
            return [call.result() for call in calls]


def _renderer(version: Version, values: Mapping[str, Any]) -> Callable[[], Rendering]:
    def rendered() -> Rendering:
        files = render.render(version.root, values, version.src_path, version.commit)
        refuse_excess(files)
        return files

    return rendered


def refuse_excess(files: Rendering) -> None:
    """Raise for a rendering that no project may hold: a path that leads out, or more than 128 MiB."""
    for path in files:
        place.refuse_path(path)
    if (size := sum(len(file.content) for file in files.values())) > LARGEST:
        raise ScaffoldError(
            f"the template renders {size // 1024**2} MiB, and {LARGEST // 1024**2} MiB are the most",
            hint="keep large files out of templates",
        )


def resolved(root: Path, recorded: Mapping[str, Any], given: Given, settings: Settings) -> Mapping[str, Any]:
    """What the template at `root` is rendered with, as `Shelf.answer` says it, in this very process."""
    given = given(root, recorded) if callable(given) else given
    try:
        form = questions.load(root)
    except UnsupportedTemplateError:
        return {**recorded, **given}
    names = {question.name for question in form.questions}
    kept, defaults = (
        {key: value for key, value in layer.items() if key in names}
        for layer in (recorded, {**settings.defaults, **settings.fixed})
    )
    return answers.resolve(form, answers.Layers(flags=given, file=kept, defaults=defaults)).values
