"""Renders a template into memory, byte for byte as `copier copy` does; Copier does what this does not know.

A path of the template renders part by part: a folder that renders to `.` keeps its content where the folder
stands, one that renders to nothing drops it. Files that end in `.jinja` are rendered, others copied.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import TemplateError

from scaffold import git, questions
from scaffold.errors import ExitCode, ScaffoldError, UnsupportedTemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scaffold.questions import Asked, Form


class File(NamedTuple):
    """Content of one rendered file, and whether it is executable."""

    content: bytes
    executable: bool


Rendering = Mapping[str, File]
"""Files by path below the project, with `/` between parts, sorted."""


def supports(root: Path) -> bool:
    """Whether the template at `root` is one that this module renders without Copier."""
    try:
        questions.load(root)
    except UnsupportedTemplateError:
        return False
    return True


def render(
    root: Path, answers: Mapping[str, Any], src_path: str | None, commit: str | None, form: Form | None = None
) -> Rendering:
    """The project that the template at `root` makes of `answers` (the defaults answer what is left out).

    `src_path` and `commit` are recorded in the answers file as the template's source and version. `form` is
    what `questions.load(root)` returns, for who has it already.
    """
    try:
        return render_here(root, answers, src_path, commit, form)
    except (UnsupportedTemplateError, TemplateError):
        from scaffold import copier_engine  # noqa: PLC0415 imports Copier

        return copier_engine.render(root, answers, src_path, commit)


def render_here(
    root: Path, answers: Mapping[str, Any], src_path: str | None, commit: str | None, form: Form | None = None
) -> Rendering:
    """As `render`, but never by Copier: raises UnsupportedTemplateError or Jinja's TemplateError."""
    form = form or questions.load(root)
    source = {k: v for k, v in (("_commit", commit), ("_src_path", src_path)) if v is not None}

    def choose(asked: Asked) -> Any:
        name = asked.question.name
        return answers[name] if name in answers else asked.default()

    context = form.fill(choose, start={**source, **answers})
    recorded = source | {question.name: context[question.name] for question in form.questions}
    return _Renderer(form, context, recorded).files()


class _Renderer:
    """One rendering: the template's form, and the values that its paths and files read."""

    def __init__(self, form: Form, context: Mapping[str, Any], recorded: Mapping[str, Any]) -> None:
        self._form = form
        self._suffix: str = form.settings.get("_templates_suffix", ".jinja")
        self._folder = form.root / form.settings.get("_subdirectory", "")
        answers_file = PurePath(form.settings.get("_answers_file", ".copier-answers.yml"))
        conf = {"answers_file": answers_file, "sep": os.sep}
        self._context = {**context, "_copier_answers": dict(recorded), "_copier_conf": conf}
        self._names: dict[str, str] = {}

    def files(self) -> Rendering:
        rendering: dict[str, File] = {}
        sources = set(_sources(self._form.root, self._folder))
        for source in sorted(sources):
            target = None if source + self._suffix in sources else self._target(source)
            if target is None:
                continue
            if target in rendering:
                raise ScaffoldError(f"two files of the template become `{target}`", code=ExitCode.DEFECT)
            rendering[target] = self._file(self._folder / source)
        return dict(sorted(rendering.items()))

    def _target(self, source: str) -> str | None:
        """Where `source` lands in the project; None if a part of its path renders to nothing."""
        parts = [self._name(part) for part in source.removesuffix(self._suffix).split("/")]
        if "" in parts:
            return None
        target = PurePosixPath(*parts)
        copied = not source.endswith(self._suffix)
        if copied and (self._form.root / f"{target}{self._suffix}").exists():
            return None
        return target.as_posix()

    def _name(self, part: str) -> str:
        if part not in self._names:
            self._names[part] = str(self._form.evaluate(part, self._context))
        return self._names[part]

    def _file(self, path: Path) -> File:
        executable = bool(path.stat().st_mode & 0o111)
        if not path.name.endswith(self._suffix):
            return File(path.read_bytes(), executable)
        text = path.read_text(encoding="utf-8")
        if not self._form.has_expressions(text):
            return File(text.encode(), executable)
        template = self._form.environment.get_template(path.relative_to(self._form.root).as_posix())
        return File(template.render(self._context).encode(), executable)


def _sources(root: Path, folder: Path) -> Iterator[str]:
    """Paths of the template's files below `folder`; in a git repository those that git does not ignore."""
    for path in _listed(root, folder):
        place = folder / path
        if place.is_symlink():
            raise UnsupportedTemplateError(f"`{path}` is a symbolic link")
        if place.is_file():
            yield path


def _listed(root: Path, folder: Path) -> list[str]:
    if (root / ".git").exists():
        with suppress(git.GitError, ScaffoldError):
            names = git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=folder)
            return names.split("\0")[:-1]
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
