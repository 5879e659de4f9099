"""A report as table, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import TYPE_CHECKING

from scaffold.errors import printable
from scaffold.fleet.finding import WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from scaffold.fleet.finding import Finding

COLUMNS = ("repository", "status", "version", "newest", "behind", "changes", "conflicts", "drift", "detail")
ANSWERS = "answers"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(findings: Sequence[Finding]) -> list[tuple[str, ...]]:
    """One row for each repository, below a header."""
    return [COLUMNS, *(_row(finding) for finding in findings)]


def with_answers(findings: Sequence[Finding]) -> list[tuple[str, ...]]:
    """The rows, each with the answers that tell kinds of projects apart before its detail.

    An answer that all of them share, or that is each one's own, is left to the other formats.
    """
    known = [finding.answers for finding in findings if finding.version]
    names = {name for each in known for name in each}
    telling = {name for name in names if 1 < _different(known, name) < max(len(known), 3)}
    told = [ANSWERS, *(answers(finding, telling) for finding in findings)]
    return [(*row[:-1], cell, row[-1]) for row, cell in zip(rows(findings), told, strict=True)]


def _different(known: Sequence[Mapping[str, Any]], name: str) -> int:
    """How many answers there are to one question; none at all is one of them."""
    return len({json.dumps(each.get(name), default=str) for each in known})


def summary(findings: Sequence[Finding]) -> str:
    """How many repositories there are of each status, in one line."""
    count = Counter(finding.status for finding in findings)
    parts = [f"{count[status]} {words}" for status, words in WORDS.items() if count[status]]  # type: ignore[index]
    return f"{len(findings)} repositories: {', '.join(parts)}" if len(findings) != 1 else ", ".join(parts)


def as_json(findings: Sequence[Finding]) -> str:
    """Everything that was found."""
    return json.dumps([finding.facts() for finding in findings], indent=2, default=str) + "\n"


def as_csv(findings: Sequence[Finding]) -> str:
    """The table and the answers, for a spreadsheet; no cell of it is taken for a formula."""
    text = io.StringIO()
    told = [ANSWERS, *(answers(finding) for finding in findings)]
    whole = ((*row, cell) for row, cell in zip(rows(findings), told, strict=True))
    csv.writer(text, lineterminator="\n").writerows([_inert(cell) for cell in row] for row in whole)
    return text.getvalue()


def answers(finding: Finding, names: Collection[str] | None = None) -> str:
    """The recorded answers, or those of `names`, in one line, lists with commas."""
    several = (
        f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in finding.answers.items()
        if names is None or name in names
    )
    return printable("; ".join(several))


def detail(finding: Finding) -> str:
    """What a person should know beside the numbers."""
    if finding.error:
        return finding.error + (f"; {finding.hint}" if finding.hint else "")
    said = [f"{conflict['path']}: {conflict['reason']}" for conflict in finding.conflicts]
    if finding.commit:
        said.append(f"{'pushed' if finding.pushed else 'on'} {finding.branch} {finding.commit[:12]}")
    return "; ".join([*said, *finding.notes])


def drift(finding: Finding) -> str:
    """How many files of the template the project changed and deleted."""
    changed, deleted = (finding.drift.get(kind, 0) for kind in ("changed", "deleted"))
    return f"{changed} changed, {deleted} deleted" if changed or deleted else ""


def _row(finding: Finding) -> tuple[str, ...]:
    known = bool(finding.version)
    numbers = (finding.behind, finding.changes, len(finding.conflicts))
    counts = tuple(str(number) if known else "" for number in numbers)
    cells = (finding.name, finding.status, finding.version, finding.newest, *counts, drift(finding))
    return (*map(printable, cells), printable(detail(finding)))


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
