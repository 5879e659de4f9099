"""Every combination renders, and every file of it parses."""

from pathlib import Path

import pytest
from pytest_copie.plugin import Copie

from tests.support.combinations import Answers, combinations, load_questions
from tests.support.formats import UnknownKindError, meaning
from tests.support.render import Renderings, files
from tests.support.rules.sources import index

COMBINATIONS = combinations()
# The only places that say what a project was made by.
SIGNED = {".copier-answers.yml", "README.md"}


@pytest.mark.parametrize("name", COMBINATIONS)
def test_every_file_of_the_combination_parses(name: str, renderings: Renderings) -> None:
    faults = []
    for path, content in files(renderings.tree(COMBINATIONS[name])).items():
        try:
            meaning(path, content)
        except ValueError as error:
            faults.append(f"{path}: {error}")
    assert faults == []


@pytest.mark.parametrize("name", COMBINATIONS)
def test_nothing_of_the_template_shows_in_the_combination(name: str, renderings: Renderings) -> None:
    for path, content in files(renderings.tree(COMBINATIONS[name])).items():
        text = content.decode()
        assert path == ".copier-answers.yml" or "[% " not in text, path
        assert "TODO" not in text, path
        assert "scaffold" not in text.lower() or path in SIGNED, path
        assert not path.endswith(".jinja")
        assert text.strip() or Path(path).name in {"__init__.py", "py.typed"}, f"{path} is empty"
    readme = (renderings.tree(COMBINATIONS[name]) / "README.md").read_text().lower()
    assert sum("scaffold" in line for line in readme.splitlines()) <= 1


@pytest.mark.parametrize("path", ["notes.xyz", "strange", "src/x.unknown"])
def test_a_file_of_unknown_kind_is_a_fault(path: str) -> None:
    with pytest.raises(UnknownKindError):
        meaning(path, b"x\n")


BROKEN = {
    "a.yaml": ["a: [1\n", "a: 1\na: 2\n", "a: b: c\n", "--- {a: 1}\n--- {b: 1, b: 2}\n"],
    "a.toml": ["a = \n", "a = 1\na = 2\n"],
    "a.json": ['{"a": 1,}\n', '{"a": 1, "a": 2}\n'],
    "a.py": ["def f(:\n", "x = 'a'b'\n"],
    "a.ini": ["[a]\nb\n", "[a]\nb = 1\nb = 2\n"],
    ".editorconfig": ["root = true\nno value\n"],
    ".npmrc": ["audit = false\n", "Audit=false\n"],
    "Dockerfile": ["FORM debian\n", "RUN a \\\n  && b\nand more\n"],
    ".env.example": ["lower=1\n", "NO_VALUE\n", "A =1\n"],
    "Procfile": ["web python\n", "Web: python\n"],
    "CODEOWNERS": ["* team\n"],
    ".gitattributes": ["*.py\n"],
    "README.md": ["ends without a line feed", "a\r\n"],
    "a.sh": ["ends without a line feed"],
}


@pytest.mark.parametrize(("path", "text"), [(path, text) for path, texts in BROKEN.items() for text in texts])
def test_a_broken_file_does_not_parse(path: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        meaning(path, text.encode())


def covered(chosen: list[Answers], one: tuple[str, str], other: tuple[str, str]) -> bool:
    def has(answers: Answers, name: str, value: str) -> bool:
        answer = answers[name]
        return value in answer if isinstance(answer, list) else answer == value

    return any(has(answers, *one) and has(answers, *other) for answers in chosen)


def test_every_pair_of_answers_to_two_questions_is_rendered() -> None:
    pairs = [(question.name, value) for question in load_questions() for value in question.values]
    chosen = list(COMBINATIONS.values())
    assert [(a, b) for a in pairs for b in pairs if a[0] < b[0] and not covered(chosen, a, b)] == []


def test_every_choice_is_rendered_alone_and_all_of_them_together(renderings: Renderings) -> None:
    known = index(renderings.source)
    assert {f"only-services-{name}" for name in known["services"]} <= COMBINATIONS.keys()
    assert {f"everything-{name}" for name in known["stacks"]} <= COMBINATIONS.keys()


def test_copier_itself_renders_everything(copie: Copie, renderings: Renderings) -> None:
    answers = next(answers for name, answers in COMBINATIONS.items() if name.startswith("everything-"))
    result = copie.copy(extra_answers=answers, template_dir=renderings.source)
    assert result.exit_code == 0, result.exception
    assert files(result.project_dir).keys() == files(renderings.tree(answers)).keys()
