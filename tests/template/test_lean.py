"""Every subset of services has what it needs and nothing else, with the sample and without."""

from collections.abc import Callable

import pytest

from scaffold import catalog
from tests.support import python_code as code
from tests.support.render import project
from tests.support.repository import ROOT
from tests.support.services import subsets

CATALOG = catalog.load(ROOT)
STACKS = [stack.id for stack in CATALOG.stacks.values() if stack.language == "python"]
FINDINGS: list[Callable[[code.Tree], list[str]]] = [
    code.dead_dependencies,
    code.undeclared_imports,
    code.empty_modules,
    code.dead_modules,
]


def rendered(stack: str, services: tuple[str, ...], sample: str) -> dict[str, bytes]:
    return project(
        ROOT, {"stack": stack, "services": list(services), "sample": sample, "project_name": "tea"}
    )


@pytest.mark.rest
@pytest.mark.parametrize("sample", ["orders", "none"])
@pytest.mark.parametrize("stack", STACKS)
def test_every_subset_of_services_is_lean(stack: str, sample: str) -> None:
    found = {}
    for services in subsets(tuple(CATALOG.services)):
        tree = rendered(stack, services, sample)
        if faults := [fault for judge in FINDINGS for fault in judge(tree)]:
            found[services] = faults
    assert found == {}


MUTANTS: dict[str, tuple[str, str, str]] = {
    "dead_dependencies": ("pyproject.toml", '  "click', '  "boto3>=1",\n  "click'),
    "undeclared_imports": ("src/tea/main.py", "import click\n", "import click\nimport boto3\n"),
    "empty_modules": ("src/tea/forgotten.py", "", "\n"),
    "dead_modules": ("src/tea/forgotten.py", "", "ANSWER = 42\n"),
}


@pytest.mark.parametrize("judge", FINDINGS, ids=lambda judge: judge.__name__)
def test_what_is_not_lean_is_found(judge: Callable[[code.Tree], list[str]]) -> None:
    tree = rendered(STACKS[0], ("redis",), "none")
    path, old, new = MUTANTS[judge.__name__]
    text = tree.get(path, b"").decode()
    assert old in text
    assert judge(tree) == []
    assert judge({**tree, path: text.replace(old, new, 1).encode()})
