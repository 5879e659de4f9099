"""Answers to a template's questions: where each may come from, and which one counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from scaffold.errors import ScaffoldError, did_you_mean
from scaffold.questions import LOADER

if TYPE_CHECKING:
    from pathlib import Path

    from scaffold.questions import Asked, Form

SIZE = 64 * 1024
DEPTH = 8
FLAG, FILE, FIXED, DEFAULTS, TEMPLATE, PERSON = (
    "flag",
    "answers file",
    "settings (fixed)",
    "settings",
    "template",
    "asked",
)
Ask = Callable[["Asked", Any], Any]
"""Asks a person one question, given its default; returns the answer."""


@dataclass(frozen=True)
class Answers:
    """One answer to each question, in the order of the questions.

    `origins` says where each came from; `needed` are those that have to be given to get the same again.
    """

    values: Mapping[str, Any]
    origins: Mapping[str, str]
    needed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Layers:
    """Answers by where they come from; `flags` win over `file`, that over `defaults`."""

    flags: Mapping[str, Any] = field(default_factory=dict)
    file: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path) -> dict[str, Any]:
    """Answers in the YAML file at `path`, which may come from anywhere.

    A `.copier-answers.yml` is such a file too; what Copier notes in it (`_commit`, `_src_path`) is left out.
    """
    data = load(path)
    noted = {key for key in data if key.startswith("_")} if "_src_path" in data else set()
    return {key: value for key, value in data.items() if key not in noted}


def load(path: Path) -> dict[str, Any]:
    """The mapping in the YAML file at `path`, without tags, aliases and repeated keys, of at most 64 KiB."""
    try:
        with path.open("rb") as file:
            content = file.read(SIZE + 1)
    except OSError as error:
        raise ScaffoldError(f"`{path}` cannot be read: {error.strerror}") from error
    return parse(content, path)


def parse(content: bytes, path: Path | str) -> dict[str, Any]:
    """As `load`, of content that is there already; `path` names it in errors."""
    if len(content) > SIZE:
        raise ScaffoldError(f"`{path}` is larger than {SIZE // 1024} KiB, too large for answers")
    try:
        _refuse_tricks(path, content)
        data = yaml.load(content, Loader=LOADER)  # noqa: S506 a safe loader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise ScaffoldError(f"`{path}` is not YAML: {_where(error)}") from error
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise ScaffoldError(
            f"`{path}` is not a mapping of names to answers", hint="write `name: value` lines"
        )
    return data


def resolve(form: Form, layers: Layers, ask: Ask | None = None) -> Answers:
    """The answer to each question of `form`.

    `ask` is called for what neither a flag, nor the answers file, nor a fixed setting gives.
    """
    for origin, given in (
        (FLAG, layers.flags),
        (FILE, layers.file),
        ("settings", layers.defaults),
        ("settings", layers.fixed),
    ):
        for key in given:
            refuse_unknown(form, key, origin)
    origins: dict[str, str] = {}
    defaults: dict[str, Any] = {}

    def choose(asked: Asked) -> Any:
        name = asked.question.name
        defaults[name] = asked.default()
        origin, value = _given(name, layers)
        if origin == TEMPLATE:
            value = defaults[name]
        if ask and origin in {DEFAULTS, TEMPLATE}:
            origin, value = PERSON, ask(asked, value)
        origins[name] = origin
        return value

    context = form.fill(choose)
    values = {question.name: context[question.name] for question in form.questions}
    implied = {**defaults, **layers.defaults}
    needed = (name for name in values if not values[name] == defaults[name] == implied[name])
    return Answers(values, origins, frozenset(needed))


def refuse_unknown(form: Form, key: str, origin: str) -> None:
    """Raise for a `key` that is not a question of `form`."""
    names = [question.name for question in form.questions]
    if key in form.hidden:
        raise ScaffoldError(
            f"`{key}` ({origin}) is computed by the template and cannot be answered", hint="leave it out"
        )
    if key not in names:
        listed = ", ".join(f"`{name}`" for name in names)
        raise ScaffoldError(
            f"`{key}` ({origin}) is not a question of this template",
            hint=f"{did_you_mean(key, names)}the questions are {listed}",
        )


def _given(name: str, layers: Layers) -> tuple[str, Any]:
    order = ((FLAG, layers.flags), (FILE, layers.file), (FIXED, layers.fixed), (DEFAULTS, layers.defaults))
    found = [(origin, given[name]) for origin, given in order if name in given]
    origin, value = found[0] if found else (TEMPLATE, None)
    if name in layers.fixed and _plain(value) != _plain(layers.fixed[name]):
        raise ScaffoldError(
            f"`{name}` is fixed to `{layers.fixed[name]}` by your organisation's settings, not `{value}`",
            hint=f"leave it out of the {origin}; `scaffold settings` shows what is fixed",
        )
    return origin, value


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list) else str(value)


def _refuse_tricks(path: Path | str, content: bytes) -> None:
    depth = 0
    for event in yaml.parse(content, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
            line = event.start_mark.line + 1 if event.start_mark else "?"
            raise ScaffoldError(
                f"`{path}` uses a tag or an alias of YAML (line {line})", hint="write plain values"
            )
        if depth > DEPTH:
            raise ScaffoldError(f"`{path}` is nested deeper than answers are")


def _where(error: Exception) -> str:
    problem, mark = getattr(error, "problem", error), getattr(error, "problem_mark", None)
    return f"{problem} (line {mark.line + 1})" if mark else str(problem)
