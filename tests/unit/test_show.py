import json
from typing import Any

import pytest

from tests.unit.conftest import Run


def shown(scaffold: Run, *arguments: str) -> dict[str, Any]:
    result = scaffold("show", *arguments, "--json")
    assert result.code == 0, result.err
    facts: dict[str, Any] = json.loads(result.out)
    return facts


def test_a_service_adds_its_variables_commands_and_port(scaffold: Run) -> None:
    postgres = shown(scaffold, "service", "postgres")
    assert [variable["name"] for variable in postgres["variables"]] == ["DATABASE_URL", "DATABASE_POOL_SIZE"]
    assert postgres["variables"][0]["secret"] is True
    assert postgres["ports"] == [5432]
    assert postgres["admin"]["migrate"][-1] == "migrate"
    assert {".env.example", "compose.yaml", ".twelve-factor.yml"} <= set(postgres["changed"])


def test_a_target_adds_its_manifests_and_no_variable(scaffold: Run) -> None:
    kubernetes = shown(scaffold, "target", "kubernetes")
    assert "deploy/base/kustomization.yaml" in kubernetes["added"]
    assert {path.split("/")[0] for path in kubernetes["added"]} <= {"deploy", ".github"}
    assert (kubernetes["removed"], kubernetes["variables"]) == ([], [])


def test_a_stack_adds_its_layers_and_what_every_service_reads(scaffold: Run) -> None:
    stack = shown(scaffold, "stack", "python-fastapi")
    assert "Dockerfile" in stack["added"]
    assert not {"README.md", "Makefile", ".copier-answers.yml"} & set(stack["added"])
    assert "PORT" in {variable["name"] for variable in stack["variables"]}
    assert stack["processes"]["web"]


def test_a_sample_is_shown_with_every_service(scaffold: Run) -> None:
    orders = shown(scaffold, "sample", "orders")
    assert {"create-admin", "seed"} <= orders["admin"].keys()
    assert "COOKIE_SECURE" in {variable["name"] for variable in orders["variables"]}


@pytest.mark.parametrize("kind", ["target", "ci", "sample"])
def test_none_adds_nothing(scaffold: Run, kind: str) -> None:
    facts = shown(scaffold, kind, "none")
    assert not any(
        facts[part] for part in ("added", "changed", "removed", "variables", "ports", "processes", "admin")
    )


def test_people_get_a_tree_and_tables(scaffold: Run) -> None:
    result = scaffold("show", "services", "redis")
    assert "redis: Redis or Valkey." in result.out
    assert "REDIS_URL" in result.out
    assert "port 6379" in result.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("service", "postgre"), "did you mean `postgres`?"),
        (("servic", "postgres"), "did you mean `service`?"),
        (("stack", "pythn-fastapi"), "did you mean `python-fastapi`?"),
        (("service", "postgres", "--stack", "python"), "the catalog has no `python` among its stacks"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest(
    scaffold: Run, arguments: tuple[str, ...], said: str
) -> None:
    result = scaffold("show", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
