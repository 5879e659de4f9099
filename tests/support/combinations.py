"""Combinations of answers that cover the template, read from copier.yml and catalog/index.yml.

A new choice joins by itself: every pair of answers to two questions stands in some combination, each choice
stands once alone, and everything stands together once per stack.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from allpairspy import AllPairs

from tests.support.repository import ROOT

Answers = dict[str, Any]

NONE = "none"
# Free texts, a plain and a difficult one each; a new question of free text adds its own here.
TEXTS = {
    "project_name": ["demo-svc", "redis"],
    "description": [
        "A service that counts tea",
        'Says "ok" & $(id) `id` ${HOME} [[ x ]] {{ y }} # \\n: naïve 🙂',
    ],
    "owner": ["platform-team", "acme/1e3"],
    "image_repository": ["registry.example.com/demo-svc", "registry.example.com:5000/shop/demo_svc"],
    "base_image_prefix": ["", "mirror.example.com/hub/"],
}


@dataclass(frozen=True)
class Question:
    """One question and the answers to try; `several` takes a list of them."""

    name: str
    several: bool
    values: list[str]

    @property
    def is_choice(self) -> bool:
        return self.name not in TEXTS

    @property
    def plainest(self) -> str:
        return NONE if NONE in self.values else self.values[0]


def load_questions(root: Path = ROOT) -> list[Question]:
    """Every question of `root`, in order, with its values."""
    index = yaml.safe_load((root / "catalog/index.yml").read_text())
    asked = {
        key: value
        for document in yaml.safe_load_all((root / "copier.yml").read_text())
        for key, value in document.items()
        if not key.startswith("_") and value.get("when") is not False
    }
    return [_question(name, facts, index) for name, facts in asked.items()]


def _question(name: str, facts: dict[str, Any], index: dict[str, Any]) -> Question:
    if "choices" not in facts:
        return Question(name, several=False, values=TEXTS[name])
    kind = re.search(r"index\.(\w+)", facts["choices"])
    if kind is None:
        raise ValueError(f"the choices of `{name}` do not come from catalog/index.yml")
    return Question(name, facts.get("multiselect", False), list(index[kind[1]].values()))


def combinations(root: Path = ROOT) -> dict[str, Answers]:
    """Every combination to render, by a readable name; equal ones once."""
    questions = load_questions(root)
    found: dict[str, Answers] = {}
    for name, answers in (*_alone(questions), *_everything(questions), *_pairwise(questions)):
        if answers not in found.values():
            found[name] = answers
    return found


def _plain(questions: list[Question]) -> Answers:
    return {question.name: [] if question.several else question.plainest for question in questions}


def _alone(questions: list[Question]) -> Iterator[tuple[str, Answers]]:
    plain = _plain(questions)
    for question in questions:
        for value in question.values if question.is_choice else []:
            yield (
                f"only-{question.name}-{value}",
                {**plain, question.name: [value] if question.several else value},
            )


def _everything(questions: list[Question]) -> Iterator[tuple[str, Answers]]:
    full: Answers = {
        question.name: question.values if question.several else next(v for v in question.values if v != NONE)
        for question in questions
    }
    for stack in next(question.values for question in questions if question.name == "stack"):
        yield f"everything-{stack}", {**full, "stack": stack}


def _pairwise(questions: list[Question]) -> Iterator[tuple[str, Answers]]:
    columns: list[tuple[Question, str | None]] = []
    for question in questions:
        columns += (
            [(question, value) for value in question.values] if question.several else [(question, None)]
        )
    rows = AllPairs([question.values if value is None else [None, value] for question, value in columns])
    for number, row in enumerate(rows, 1):
        answers = _plain(questions)
        for (question, member), value in zip(columns, row, strict=True):
            if member is None:
                answers[question.name] = value
            elif value is not None:
                answers[question.name] = [*answers[question.name], value]
        yield f"pairwise-{number}-{_words(questions, answers)}", answers


def _words(questions: list[Question], answers: Answers) -> str:
    chosen = [answers[question.name] for question in questions if question.is_choice]
    return "-".join("+".join(value) if isinstance(value, list) else value for value in chosen)
