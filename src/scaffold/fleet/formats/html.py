"""A report as one self-contained page."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from html import escape
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from scaffold.fleet.finding import WORDS
from scaffold.fleet.formats.text import detail, drift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scaffold.fleet.finding import Finding


def html(findings: Sequence[Finding]) -> str:
    """Write the page: the verdict, the numbers, and every repository, those that need somebody first."""
    page = resources.files("scaffold.fleet.formats").joinpath("report.html").read_text(encoding="utf-8")
    count = Counter(finding.status for finding in findings)
    urgency = ["conflict", "refused", "behind", "planned", "updated", "current"]
    ordered = sorted(findings, key=lambda finding: urgency.index(finding.status))
    return Template(page).substitute(
        headline=_headline(findings),
        time=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        counts="".join(
            f'<li class="{status}"><b>{count[status]}</b> {words}</li>'  # type: ignore[index]
            for status, words in WORDS.items()
            if count[status]  # type: ignore[index]
        ),
        bar="".join(
            f'<i class="{status}" style="flex-grow: {count[status]}"></i>'  # type: ignore[index]
            for status in WORDS
            if count[status]  # type: ignore[index]
        ),
        rows="".join(_row(finding) for finding in ordered),
    )


def _headline(findings: Sequence[Finding]) -> str:
    current = sum(finding.status == "current" for finding in findings)
    waiting = sum(finding.status in {"conflict", "refused"} for finding in findings)
    told = f"{current} of {len(findings)} repositories are up to date"
    return f"{told}; {waiting} need{'s' if waiting == 1 else ''} somebody" if waiting else told


def _row(finding: Finding) -> str:
    version = escape(finding.version)
    if finding.newest and finding.newest != finding.version:
        version += f" &rarr; {escape(finding.newest)}"
    late = f"{finding.behind} release{'' if finding.behind == 1 else 's'} behind" if finding.behind else ""
    answers = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in finding.answers.items()
    )
    more = f"<details><summary>answers</summary><dl>{answers}</dl></details>" if answers else ""
    return (
        f'<tr class="{finding.status}">'
        f"<td>{escape(finding.name)}<small>{escape(finding.address)}</small></td>"
        f"<td><span>{WORDS[finding.status]}</span></td><td>{version}<small>{late}</small></td>"
        f"<td>{escape(drift(finding))}</td><td>{escape(detail(finding))}{more}</td></tr>"
    )
