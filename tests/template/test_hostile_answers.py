"""Hostile answers land intact in every file, or are refused."""

import functools
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from copier import run_copy
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.errors import ScaffoldError
from tests.support.combinations import combinations
from tests.support.formats import meaning, tokens
from tests.support.hostile import LONGEST, REFUSED, TAKEN
from tests.support.once import once
from tests.support.render import Renderings, project
from tests.support.repository import ROOT, working_copy
from tests.support.rules.sources import load

Files = dict[str, bytes]
Pairs = Sequence[tuple[str, str]]

MARKS = {
    "project_name": "zqx-name",
    "description": "Zqxdescription",
    "owner": "zqxowner/zqxteam",
    "image_repository": "zqximage.example.com/a/b",
    "base_image_prefix": "zqxprefix.example.com/",
}
# A free text is not harmless there, whatever its quotes: a shell or make expands it.
EXPANDING = ("Makefile", "Dockerfile", "Procfile", ".env", ".env.example", ".sh")
EVERYTHING = {
    answers["stack"]: answers for name, answers in combinations().items() if name.startswith("everything-")
}

printable = st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]) | st.sampled_from(
    " \"'\\#:{}[]$%`&*!|>-\u00e9"
)
taken_texts = st.text(printable, min_size=1, max_size=LONGEST).filter(lambda text: text == text.strip())
refused_texts = (
    st.text(min_size=LONGEST + 1)
    | st.text().map(lambda text: f"a{text}\n")
    | st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp"]), min_size=1)
    | st.text(printable).map(lambda text: f" {text}")
)


@functools.cache
def identifier(stack: str, name: str) -> str:
    """What the stack's language makes of a service's name."""
    language = load(ROOT, f"catalog/stacks/{stack}.yml")["language"]
    rules: dict[str, Any] = load(ROOT, f"catalog/languages/{language}.yml")["identifier"]
    joined = name.replace("-", rules["separator"])
    return f"{joined}{rules['suffix']}" if joined in rules["reserved"] else joined


@functools.cache
def marked(source: Path, stack: str) -> Files:
    """The project with everything on, and a mark for each answer."""
    return project(source, {**EVERYTHING[stack], **MARKS})


def exchanged(stack: str, answers: Mapping[str, str]) -> Pairs:
    """What a project must say instead of the marks, when these are the answers."""
    pairs = []
    if name := answers.get("project_name"):
        # First: where the identifier of the mark is the mark, it stands for the name (see `aliases`).
        pairs.append((identifier(stack, MARKS["project_name"]), identifier(stack, name)))
    pairs += [(MARKS[question], value) for question, value in answers.items()]
    if repository := answers.get("image_repository"):
        pairs.append((MARKS["image_repository"].partition("/")[0], repository.partition("/")[0]))
    if owner := answers.get("owner"):
        pairs.append((MARKS["owner"].partition("/")[2], owner.rpartition("/")[2]))
    return pairs


def aliases(stack: str, answers: Mapping[str, str]) -> Pairs:
    """A package index knows a service of a reserved name by another one, which stands for its own."""
    name = answers.get("project_name", "")
    alias = identifier(stack, name).replace("_", "-")
    return [] if alias == name else [(alias, name)]


def exchange(texts: Iterable[Any], pairs: Pairs) -> list[Any]:
    """The texts, with the second of a pair for every first; what is no text stays."""
    table = dict(pairs)
    marks = re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True))) or "(?!)")

    def exchanged_in(text: Any) -> Any:
        return marks.sub(lambda found: table[found[0]], text) if isinstance(text, str) else text

    return list(map(exchanged_in, texts))


@functools.cache
def said(path: str, content: bytes) -> list[Any]:
    return tokens(meaning(path, content))


def faults(before: Files, after: Files, pairs: Pairs, same: Pairs = ()) -> list[str]:
    """Files of `after` that do not parse, or differ from `before` by more than the pairs (mark, value)."""
    names = dict(zip(exchange(before, pairs), before, strict=True))
    if names.keys() != after.keys():
        return [f"other files: {sorted(names.keys() ^ after.keys())}"]
    found = []
    for path in (path for path, old in names.items() if path != old or after[path] != before[old]):
        try:
            ours = exchange(tokens(meaning(path, after[path])), same)
        except ValueError as error:
            found.append(f"{path} does not parse: {error}")
            continue
        meant = exchange(said(names[path], before[names[path]]), pairs)
        unlike = [pair for pair in zip_longest(ours, meant) if pair[0] != pair[1]]
        found += [f"{path}: {is_!r} is not {should_be!r}" for is_, should_be in unlike[:1]]
    return found


def all_faults(source: Path, answers: Mapping[str, str]) -> list[str]:
    """The faults of the answers in every stack."""
    return [
        fault
        for stack, everything in EVERYTHING.items()
        for fault in faults(
            marked(source, stack),
            project(source, {**everything, **MARKS, **answers}),
            exchanged(stack, answers),
            aliases(stack, answers),
        )
    ]


@pytest.fixture(scope="session")
def source(renderings: Renderings) -> Path:
    return renderings.source


@pytest.fixture(scope="session")
def questions_only(run: Path) -> Path:
    """This template with one small file, for the verdict of Copier's own validation."""

    def make(folder: Path) -> None:
        working_copy(folder)
        shutil.rmtree(folder / "template")
        (folder / "template").mkdir()
        (folder / "template/answers.json.jinja").write_text("[[ _copier_answers | to_json ]]\n")

    return once(run / "questions", make)


def assert_refused(questions_only: Path, source: Path, question: str, value: str) -> None:
    """Copier and our own renderer refuse the answer, and both name the question."""
    with pytest.raises(ValueError, match=question):
        run_copy(str(questions_only), os.devnull, {question: value}, defaults=True, quiet=True, pretend=True)
    with pytest.raises(ScaffoldError, match=question):
        project(source, {question: value})


@pytest.mark.parametrize("number", range(max(map(len, TAKEN.values()))))
def test_accepted_answers_land_intact(source: Path, number: int) -> None:
    answers = {question: values[number % len(values)] for question, values in TAKEN.items()}
    assert all_faults(source, answers) == [], answers


@given(text=taken_texts)
@settings(max_examples=25, derandomize=True, deadline=None, database=None)
def test_any_printable_description_lands_intact(source: Path, text: str) -> None:
    assert all_faults(source, {"description": text}) == []


@pytest.mark.parametrize("question", REFUSED)
def test_a_refused_answer_names_its_question(questions_only: Path, source: Path, question: str) -> None:
    for value in REFUSED[question]:
        assert_refused(questions_only, source, question, value)


@given(text=refused_texts)
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
def test_any_description_with_other_characters_is_refused(
    questions_only: Path, source: Path, text: str
) -> None:
    assert_refused(questions_only, source, "description", text)


def test_a_description_never_lands_where_a_shell_expands_it(source: Path) -> None:
    for stack in EVERYTHING:
        landed = [
            path
            for path, content in marked(source, stack).items()
            if MARKS["description"].encode() in content
        ]
        assert [path for path in landed if path.endswith(EXPANDING)] == []
        assert landed, "the description is nowhere"


@pytest.mark.parametrize("quoted", [True, False])
def test_the_comparison_reports_an_answer_that_is_not_quoted(quoted: bool) -> None:
    def render(text: str) -> Files:
        return {"a.yaml": f"about: {json.dumps(text) if quoted else text}\n".encode()}

    for text in ("null", "a: b", "a # b", "1", "- x", "'"):
        assert bool(faults(render("mark"), render(text), [("mark", text)])) is not quoted


def test_at_least_sixty_answers_are_accepted_and_sixty_refused() -> None:
    for answers in (TAKEN, REFUSED):
        distinct = {(question, value) for question, values in answers.items() for value in values}
        assert len(distinct) >= 60
