"""Variables in code, .env.example, .twelve-factor.yml, compose, image, manifests and CI are the same ones."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.combinations import combinations
from tests.support.render import Renderings
from tests.support.tools import need
from tests.support.variables import catalog_variables, disagreements, unread

COMBINATIONS = combinations()
EVERYTHING = {
    suffix: next(
        answers for name, answers in COMBINATIONS.items() if name.startswith(f"everything-{language}-")
    )
    for suffix, language in ((".py", "python"), (".ts", "typescript"))
}


class Edit(NamedTuple):
    """Makes one place forget a variable, or add one, in the first file that matches."""

    place: str
    file: str
    pattern: str
    replacement: str


EDITS = [
    Edit("code", "src/**/*.py", r"    log_level: .*\n", ""),
    Edit("code", "src/**/*.py", r"(    port: )", r"    colour: str = 'red'\n\1"),
    Edit("code", "src/*/main.py", r"\Z", "\nCOLOUR = os.environ['COLOUR']\n"),
    Edit("code", "src/config/common.ts", r"    LOG_LEVEL: .*\n", ""),
    Edit("code", "src/config/common.ts", r"(    PORT: )", r"    COLOUR: text(),\n\1"),
    Edit("code", "src/main.ts", r"\Z", "\nprocess.env.COLOUR;\n"),
    Edit(".env.example", ".env.example", r"LOG_LEVEL=.*\n", ""),
    Edit(".env.example", ".env.example", r"\Z", "COLOUR=red\n"),
    Edit("compose: web", "compose.yaml", r" *LOG_LEVEL: .*\n", ""),
    Edit("compose: web", "compose.yaml", r"( *)(LOG_LEVEL: .*\n)", r"\1\2\1COLOUR: red\n"),
    Edit("Dockerfile", "Dockerfile", r"ENV SERVICE_REVISION=", "ENV OTHER="),
    Edit("Dockerfile", "Dockerfile", r"\Z", "ENV LOG_LEVEL=info\n"),
    Edit("(ConfigMap)", "deploy/runtime/config.env", r"LOG_LEVEL=.*\n", ""),
    Edit("(ConfigMap)", "deploy/runtime/config.env", r"\Z", "COLOUR=red\n"),
    Edit("(Secret)", "deploy/runtime/pod.yaml", r"name: REDIS_URL\n", "name: OTHER_URL\n"),
    Edit(".github", ".github/workflows/verify.yml", r"\njobs:", "\nenv: {REDIS_URL: x}\njobs:"),
    Edit("code", ".twelve-factor.yml", r" *- \{name: LOG_LEVEL.*\n", ""),
]


@pytest.fixture(scope="session")
def known() -> set[str]:
    return catalog_variables()


@pytest.mark.parametrize("name", COMBINATIONS)
def test_every_place_names_the_same_variables(name: str, renderings: Renderings, known: set[str]) -> None:
    need("kubectl")
    answers = COMBINATIONS[name]
    assert disagreements(renderings.tree(answers), unread(answers["stack"], answers["services"]), known) == []


@pytest.mark.parametrize("edit", EDITS, ids=[f"{number}-{edit.place}" for number, edit in enumerate(EDITS)])
def test_a_variable_that_one_place_lacks_or_adds_is_reported(
    edit: Edit, renderings: Renderings, known: set[str], tmp_path: Path
) -> None:
    need("kubectl")
    answers = EVERYTHING.get(Path(edit.file).suffix, EVERYTHING[".py"])
    answers = answers if edit.place != ".github" else {**answers, "services": ["postgres"]}
    tree = Path(shutil.copytree(renderings.tree(answers), tmp_path / "project"))
    edited = next(path for path in sorted(tree.glob(edit.file)) if re.search(edit.pattern, path.read_text()))
    edited.write_text(re.sub(edit.pattern, edit.replacement, edited.read_text(), count=1))
    reports = disagreements(tree, set(), known)
    assert any(edit.place in report for report in reports), reports
