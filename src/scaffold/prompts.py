"""Asks a person; the only module that imports questionary."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import questionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from scaffold.questions import Asked

PLAIN = questionary.Style(
    [("qmark", ""), ("question", "bold"), ("answer", ""), ("selected", ""), ("pointer", "bold")]
)


def _style() -> questionary.Style | None:
    return PLAIN if os.environ.get("NO_COLOR") else None


def ask(asked: Asked, default: Any) -> Any:
    """The answer that a person gives to the question; KeyboardInterrupt if they leave."""
    question = asked.question
    message = question.help or question.name
    if not question.choices:
        return _text(message, str(default), asked.problem)
    choices = [
        questionary.Choice(label, value=value, checked=question.multiselect and value in default)
        for label, value in question.choices.items()
    ]
    if question.multiselect:
        return questionary.checkbox(message, choices=choices, qmark="?", style=_style()).unsafe_ask()
    return questionary.select(
        message, choices=choices, default=default, qmark="?", style=_style(), show_selected=False
    ).unsafe_ask()


def confirm(message: str) -> bool:
    """Whether a person says yes; Enter does."""
    return bool(questionary.confirm(message, default=True, qmark="?", style=_style()).unsafe_ask())


def _text(message: str, default: str, problem: Callable[[str], str]) -> str:
    def validate(text: str) -> bool | str:
        return problem(text) or True

    field = questionary.text(message, default=default, validate=validate, qmark="?", style=_style())
    return str(field.unsafe_ask())
