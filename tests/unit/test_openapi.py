"""Descriptions are compared by what a client could notice, and by nothing else."""

import copy
import json
from typing import Any

import pytest

from scripts.openapi import DESCRIPTION, normalized

DOCUMENT: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
CREATE = ("paths", "/orders", "post")
LIST = ("paths", "/orders", "get")
BODY = (*CREATE, "requestBody", "content", "application/json")
PLACED = (*CREATE, "responses", "201", "content", "application/json")
GONE = object()

MUTANTS = [
    (("paths", "/orders/{id}"), GONE),
    (LIST, GONE),
    ((*LIST, "parameters", 0, "required"), True),
    ((*LIST, "parameters", 0, "in"), "header"),
    ((*LIST, "parameters", 1, "schema", "maximum"), 1000),
    ((*LIST, "parameters", 1, "schema", "default"), 50),
    ((*CREATE, "parameters", 0, "schema", "pattern"), ".*"),
    ((*CREATE, "requestBody", "required"), False),
    ((*BODY, "schema", "additionalProperties"), True),
    ((*BODY, "schema", "properties", "quantity", "type"), "number"),
    ((*BODY, "schema", "required"), ["item"]),
    ((*CREATE, "responses", "503"), GONE),
    ((*CREATE, "responses", "200"), {"description": "OK"}),
    ((*CREATE, "responses", "422", "content"), {"application/json": {}}),
    ((*PLACED, "schema", "properties", "created_at"), GONE),
    ((*PLACED, "schema", "properties", "id", "format"), GONE),
    ((*PLACED, "schema", "properties", "status", "enum"), ["pending", "confirmed"]),
    ((*PLACED, "schema", "properties", "quantity", "type"), "string"),
]


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Return the description with another value at the path, or without it."""
    document = copy.deepcopy(DOCUMENT)
    part: Any = document
    for step in path[:-1]:
        part = part[step]
    assert path[-1] in part or value is not GONE, path
    if value is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return document


def test_the_committed_description_is_in_its_normal_form() -> None:
    assert normalized(DOCUMENT) == DOCUMENT


@pytest.mark.parametrize(
    ("path", "value"), MUTANTS, ids=lambda part: str(part) if isinstance(part, str) else None
)
def test_what_a_client_could_notice_is_a_difference(path: tuple[str | int, ...], value: object) -> None:
    assert normalized(changed(path, value)) != DOCUMENT


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("info", "title"), "orders-api"),
        ((*CREATE, "operationId"), "create_order_orders_post"),
        ((*CREATE, "summary"), "Create Order"),
        ((*BODY, "schema", "title"), "OrderRequest"),
        ((*BODY, "schema", "properties", "quantity", "maximum"), 1000.0),
        ((*BODY, "schema", "required"), ["quantity", "item"]),
        ((*CREATE, "responses", "422", "description"), "Unprocessable Entity"),
    ],
)
def test_what_tools_choose_is_none(path: tuple[str | int, ...], value: object) -> None:
    assert normalized(changed(path, value)) == DOCUMENT
