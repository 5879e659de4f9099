"""The questions of a template, read from its copier.yml and evaluated as Copier does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

from scaffold.errors import ScaffoldError, UnsupportedTemplateError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SETTINGS = {
    "_subdirectory",
    "_templates_suffix",
    "_answers_file",
    "_min_copier_version",
    "_envops",
    "_skip_if_exists",
}
DETAILS = {"type", "help", "default", "choices", "multiselect", "validator", "when"}
KEEP = "keep_trailing_newline"
STARTS = {"variable": "{{", "block": "{%", "comment": "{#"}
DELIMITERS = {f"{kind}_{end}_string" for kind in STARTS for end in ("start", "end")}
ENVOPS = DELIMITERS | {"trim_blocks", "lstrip_blocks", KEEP, "undefined"}


@dataclass(frozen=True)
class Question:
    """One question: `choices` maps labels to values and is empty where any text may be given."""

    name: str
    type: str
    help: str = ""
    default: object = None
    choices: Mapping[str, str] | Any = field(default_factory=dict)
    multiselect: bool = False
    validator: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Asked:
    """A question at its turn: its choices are known, and so are the answers before it."""

    question: Question
    form: Form
    context: Mapping[str, Any]

    def default(self) -> Any:
        """What the template answers if nobody else does."""
        return self.form.cast(self.question, self.form.evaluate(self.question.default, self.context))

    def problem(self, value: object) -> str:
        """Why `value` is not an answer; empty if it is one."""
        try:
            self.form.accept(self, value)
        except ScaffoldError as error:
            return error.hint or error.message
        return ""


Choose = Callable[[Asked], Any]


@dataclass(frozen=True)
class Form:
    """Questions and hidden values of the template at `root`, in order, and its `_settings`."""

    root: Path
    settings: Mapping[str, Any]
    items: tuple[Question, ...]

    @cached_property
    def environment(self) -> SandboxedEnvironment:
        """The Jinja environment of this template."""
        from scaffold import environment  # noqa: PLC0415 imports Jinja

        options = {k: v for k, v in self.settings["_envops"].items() if k != "undefined"}
        return environment.create(self.root, options)

    @cached_property
    def _compiled(self) -> dict[str, Template]:
        return {}

    @cached_property
    def _starts(self) -> tuple[str, ...]:
        options = self.settings["_envops"]
        return tuple(options.get(f"{kind}_start_string", usual) for kind, usual in STARTS.items())

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that people answer."""
        return tuple(item for item in self.items if not item.hidden)

    @property
    def hidden(self) -> frozenset[str]:
        """Names of computed values, which nobody may answer."""
        return frozenset(item.name for item in self.items if item.hidden)

    def fill(self, choose: Choose, start: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Every value by name: `choose` answers the questions, hidden values are computed in between."""
        context: dict[str, Any] = dict(start or {})
        for item in self.items:
            if item.hidden:
                context[item.name] = self.cast(item, self.evaluate(item.default, context))
            else:
                asked = Asked(self._with_choices(item, context), self, context)
                context[item.name] = self.accept(asked, choose(asked))
        return context

    def evaluate(self, value: object, context: Mapping[str, Any]) -> Any:
        """`value` with the expressions in its strings replaced."""
        if isinstance(value, list):
            return [self.evaluate(item, context) for item in value]
        if not isinstance(value, str) or not self.has_expressions(value):
            return value
        if value not in self._compiled:
            self._compiled[value] = self.environment.from_string(value)
        return self._compiled[value].render(context)

    def has_expressions(self, text: str) -> bool:
        """Whether Jinja could find anything to do in `text`."""
        return any(start in text for start in self._starts)

    def cast(self, question: Question, value: Any) -> Any:
        """`value` in the question's type, as Copier reads it."""
        if question.type == "yaml":
            return yaml.load(value, Loader=LOADER) if isinstance(value, str) else value  # noqa: S506 safe
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def accept(self, asked: Asked, value: Any) -> Any:
        """`value` as an answer to the question; ScaffoldError says why it is none."""
        question = asked.question
        value = (_several if question.multiselect else _single)(question, self.cast(question, value))
        complaint = self.evaluate(question.validator, {**asked.context, question.name: value}).strip()
        if complaint:
            raise ScaffoldError(f"`{value}` is not a valid `{question.name}`", hint=complaint)
        return value

    def _with_choices(self, question: Question, context: Mapping[str, Any]) -> Question:
        if not isinstance(question.choices, str):
            return question
        choices = yaml.load(self.evaluate(question.choices, context), Loader=LOADER)  # noqa: S506 safe
        if not isinstance(choices, dict):
            raise UnsupportedTemplateError(f"choices of `{question.name}`")
        return replace(question, choices={str(label): value for label, value in choices.items()})


def _single(question: Question, value: Any) -> Any:
    if question.type == "str" and not isinstance(value, str):
        hint = "put the value in quotes"
        raise ScaffoldError(f"`{value}` is not text, as an answer to `{question.name}`", hint=hint)
    if question.choices and value not in question.choices.values():
        raise _unknown_choice(question, value)
    return value


def _several(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ScaffoldError(f"`{value}` is not a list, as an answer to `{question.name}`")
    for item in value:
        if item not in question.choices.values():
            raise _unknown_choice(question, item)
        if value.count(item) > 1:
            raise ScaffoldError(f"`{item}` stands twice in `{question.name}`", hint="give it once")
    return [choice for choice in question.choices.values() if choice in value]


def _unknown_choice(question: Question, value: object) -> ScaffoldError:
    known = [str(choice) for choice in question.choices.values()]
    return ScaffoldError(
        f"`{value}` is not a choice of `{question.name}`",
        hint=did_you_mean(str(value), known) + "choose from " + ", ".join(f"`{choice}`" for choice in known),
    )


def read(root: Path) -> tuple[Question, ...]:
    """The questions that people answer, with their choices, in order."""
    form = load(root)
    asked: list[Question] = []

    def default(turn: Asked) -> Any:
        asked.append(turn.question)
        return turn.default()

    form.fill(default)
    return tuple(asked)


def load(root: Path) -> Form:
    """The form in `root`/copier.yml; UnsupportedTemplateError for one that needs Copier itself."""
    try:
        data = yaml.load((root / "copier.yml").read_bytes(), Loader=LOADER)  # noqa: S506 safe
    except (OSError, yaml.YAMLError) as error:
        raise UnsupportedTemplateError(str(error)) from error
    if not isinstance(data, dict) or any(not isinstance(key, str) for key in data):
        raise UnsupportedTemplateError("copier.yml is not a mapping of names")
    settings = {key: value for key, value in data.items() if key.startswith("_")}
    envops = settings.setdefault("_envops", {})
    unknown = sorted((settings.keys() - SETTINGS) | (envops.keys() - ENVOPS))
    if unknown or envops.get("undefined") != "jinja2.StrictUndefined" or not envops.get(KEEP, True):
        raise UnsupportedTemplateError(", ".join(unknown) or f"_envops.undefined or _envops.{KEEP}")
    return Form(root, settings, tuple(_question(key, data[key]) for key in data if not key.startswith("_")))


def _question(name: str, details: Any) -> Question:
    if not isinstance(details, dict) or details.keys() - DETAILS or "default" not in details:
        raise UnsupportedTemplateError(f"question `{name}`")
    when = details.get("when", True)
    choices = details.get("choices", {})
    several = details.get("multiselect", False)
    known = (
        details.get("type") in {"str", "yaml"} and when in (True, False) and isinstance(choices, dict | str)
    )
    if not known or (several and not choices):
        raise UnsupportedTemplateError(f"question `{name}`")
    rest = {key: details[key] for key in details.keys() - {"when"}}
    return Question(name=name, hidden=not when, **rest)
