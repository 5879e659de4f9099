"""Combinations of a template's choices: all where they are few, else so many that each pair is in one."""

from __future__ import annotations

from itertools import combinations as groups
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scaffold.questions import Question

MOST = 48
Row = tuple[Any, ...]


class Column(NamedTuple):
    """What is chosen from: one choice of the question `name`, or whether its choice `member` is taken."""

    name: str
    values: tuple[Any, ...]
    member: str | None = None


def of(asked: Iterable[Question]) -> list[Mapping[str, Any]]:
    """Answers to the questions with choices; the others keep their defaults."""
    columns = [column for question in asked if question.choices for column in _columns(question)]
    sizes = [len(column.values) for column in columns]
    rows = list(product(*(column.values for column in columns))) if prod(sizes) <= MOST else _pairs(columns)
    return [_answers(columns, row) for row in dict.fromkeys(rows)]


def _columns(question: Question) -> list[Column]:
    values = tuple(question.choices.values())
    if question.multiselect:
        return [Column(question.name, (False, True), value) for value in values]
    return [Column(question.name, values)]


def _answers(columns: Sequence[Column], row: Row) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for column, value in zip(columns, row, strict=True):
        if column.member is None:
            found[column.name] = value
        else:
            found.setdefault(column.name, []).extend([column.member] if value else [])
    return found


def _pairs(columns: Sequence[Column]) -> list[Row]:
    """Everything, nothing, then rows until each pair of values of two columns stands in one.

    A row begins with a pair that is still missing, and takes in each column what adds most such pairs.
    """
    rows = [tuple(column.values[end] for column in columns) for end in (-1, 0)]
    missing = {
        (one, a, two, b): None
        for one, two in groups(range(len(columns)), 2)
        for a, b in product(range(len(columns[one].values)), range(len(columns[two].values)))
    }
    for end in (-1, 0):
        _strike(missing, [len(column.values) - 1 if end else 0 for column in columns])
    while missing:
        one, a, two, b = next(iter(missing))
        chosen: list[int | None] = [None] * len(columns)
        chosen[one], chosen[two] = a, b
        for number, column in enumerate(columns):
            if chosen[number] is None:
                gains = [_gain(missing, chosen, number, value) for value in range(len(column.values))]
                chosen[number] = gains.index(max(gains))
        row = [value or 0 for value in chosen]
        _strike(missing, row)
        rows.append(tuple(column.values[value] for column, value in zip(columns, row, strict=True)))
    return rows


def _gain(missing: Mapping[Any, None], chosen: Sequence[int | None], number: int, value: int) -> int:
    return sum(
        ((number, value, other, has) if number < other else (other, has, number, value)) in missing
        for other, has in enumerate(chosen)
        if has is not None
    )


def _strike(missing: dict[Any, None], row: Sequence[int]) -> None:
    for one, two in groups(range(len(row)), 2):
        missing.pop((one, row[one], two, row[two]), None)
