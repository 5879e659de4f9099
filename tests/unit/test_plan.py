"""The plan of this repository's own CI names the examples that a change can affect."""

import pytest

from scripts.plan import examples, plan

KNOWN = {
    "snake-bare": {
        "services": [],
        "target": "none",
        "ci": "none",
        "sample": "none",
        "lang": "snake",
        "fw": "f",
    },
    "snake-full": {
        "services": ["redis"],
        "target": "cloud",
        "ci": "hub",
        "sample": "shop",
        "lang": "snake",
        "fw": "f",
    },
    "bean": {"services": [], "target": "cloud", "ci": "hub", "sample": "none", "lang": "bean", "fw": "g"},
}


@pytest.mark.parametrize(
    ("path", "affected"),
    [
        ("template/README.md.jinja", ["snake-bare", "snake-full", "bean"]),
        ("template/[[ lang.snake ]]/main.jinja", ["snake-bare", "snake-full"]),
        ("template/[[ lang.snake ]]/[[ with.redis ]]/x", ["snake-full"]),
        ("template/[[ lang.snake ]]/[[ without.redis ]]/x", ["snake-bare"]),
        ("template/[[ to.cloud ]]/[[ show.shop ]]/x", ["snake-full"]),
        ("template/[[ by.hub ]]/[[ can.deploy ]]/x", ["snake-full", "bean"]),
        ("template/[[ lang.bean ]]/[[ fw.f ]]/x", []),
        ("catalog/versions.yml", ["snake-bare", "snake-full", "bean"]),
        ("examples/bean/README.md", ["bean"]),
        ("docs/contract.md", []),
        ("tests/unit/test_plan.py", []),
    ],
)
def test_a_change_affects_the_examples_that_choose_its_layers(path: str, affected: list[str]) -> None:
    assert plan([path], KNOWN) == affected


def test_changes_add_up_and_nothing_affects_nothing() -> None:
    assert plan(["docs/x.md", "examples/bean/x", "template/[[ with.redis ]]/x"], KNOWN) == [
        "snake-full",
        "bean",
    ]
    assert plan([], KNOWN) == []


def test_every_example_is_known_with_its_language() -> None:
    assert examples()["python-full"]["lang"] == "python"
