import json

import pytest

from scaffold import catalog
from tests.support.repository import ROOT
from tests.unit.conftest import Run

KINDS = ["stacks", "services", "targets", "ci", "samples"]


def test_every_choice_of_the_catalog_is_listed_in_its_order(scaffold: Run) -> None:
    listed = json.loads(scaffold("list", "--json").out)
    assert {kind: [choice["id"] for choice in listed[kind]] for kind in KINDS} == {
        kind: list(ids.values()) for kind, ids in catalog.index(ROOT).items() if kind in KINDS
    }
    assert all(choice["title"] for choices in listed.values() for choice in choices)


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_alone(scaffold: Run, kind: str) -> None:
    result = scaffold("list", kind)
    header, *rows = result.out.splitlines()
    assert (result.code, header.split()) == (0, ["kind", "id", "title", "summary"])
    assert {row.split()[0] for row in rows} == {kind}


def test_a_kind_that_there_is_not_names_the_nearest(scaffold: Run) -> None:
    result = scaffold("list", "servces")
    assert (result.code, result.out) == (2, "")
    assert "`servces`" in result.err
    assert "did you mean `services`?" in result.err
