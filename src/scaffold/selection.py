"""Answers of a project that change while its template stays: services come and go, others are set anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scaffold import catalog, questions
from scaffold.errors import ScaffoldError, UnsupportedTemplateError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scaffold.shelf import Given

SERVICES = "services"


def added(services: Sequence[str]) -> Given:
    """The recorded services and `services`; exit 2 for one that the template does not offer."""

    def given(root: Path, recorded: Mapping[str, Any]) -> Mapping[str, Any]:
        _refuse_unknown(root, services)
        had = recorded.get(SERVICES) or []
        return {SERVICES: [*had, *dict.fromkeys(id_ for id_ in services if id_ not in had)]}

    return given


def removed(services: Sequence[str]) -> Given:
    """The recorded services without `services`; exit 2 for one that the template does not offer."""

    def given(root: Path, recorded: Mapping[str, Any]) -> Mapping[str, Any]:
        had = recorded.get(SERVICES) or []
        _refuse_unknown(root, [id_ for id_ in services if id_ not in had])
        return {SERVICES: [id_ for id_ in had if id_ not in services]}

    return given


def changed(pairs: Mapping[str, str]) -> Given:
    """The answers in `pairs`; exit 2 where a stack of another language is wanted."""

    def given(root: Path, recorded: Mapping[str, Any]) -> Mapping[str, Any]:
        if "stack" in pairs and (root / "catalog").is_dir():
            _refuse_other_language(root, str(recorded.get("stack")), pairs["stack"])
        return pairs

    return given


def _refuse_unknown(root: Path, services: Sequence[str]) -> None:
    try:
        question = next((q for q in questions.read(root) if q.name == SERVICES), None)
    except UnsupportedTemplateError as error:
        raise ScaffoldError(
            f"the template's services are not known here: only Copier can read its questions ({error})",
            hint="scaffold set KEY=VALUE changes an answer of any template",
        ) from error
    if question is None:
        raise ScaffoldError(
            f"this project's template has no question `{SERVICES}`",
            hint="scaffold set KEY=VALUE changes an answer of any template",
        )
    known = list(question.choices.values())
    for id_ in services:
        if id_ not in known:
            listed = ", ".join(f"`{other}`" for other in known)
            raise ScaffoldError(
                f"the project's version of the template has no service `{id_}`",
                hint=f"{did_you_mean(id_, known)}choose from {listed}; `scaffold update` may bring others",
            )


def _refuse_other_language(root: Path, old: str, new: str) -> None:
    stacks = catalog.load(root).stacks
    if old in stacks and new in stacks and stacks[old].language != stacks[new].language:
        within = [id_ for id_, stack in stacks.items() if stack.language == stacks[old].language]
        raise ScaffoldError(
            f"`{new}` is another language than `{old}`, which makes it another service",
            hint=f"choose from {', '.join(f'`{id_}`' for id_ in within)}, or start one: scaffold new",
        )
