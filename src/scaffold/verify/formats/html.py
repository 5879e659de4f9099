"""A report as one self-contained page, for people who do not read logs."""

from html import escape
from importlib import resources
from string import Template

from scaffold.verify.registry import FACTORS
from scaffold.verify.report import Report, Result

WORDS = {"pass": "kept", "fail": "broken", "na": "does not apply", "skip": "not tried"}


def html(report: Report) -> str:
    """Write the page: the verdict first, then what is broken, then every factor with its evidence."""
    page = resources.files("scaffold.verify.formats").joinpath("report.html").read_text(encoding="utf-8")
    failed = report.failed
    return Template(page).substitute(
        service=escape(report.service),
        subject=escape(report.subject),
        runner=escape(report.runner),
        verdict="broken" if failed else "kept",
        headline=_headline(report),
        counts="".join(
            f'<li class="{status}"><b>{count}</b> {WORDS[status]}</li>'
            for status, count in report.counts().items()
        ),
        seconds=f"{report.seconds:.0f}",
        broken="".join(_failure(result) for result in failed),
        factors="".join(_factor(report, factor) for factor in FACTORS),
    )


def _headline(report: Report) -> str:
    failed, tried = len(report.failed), report.counts()["pass"] + len(report.failed)
    if failed:
        return f"{failed} of {tried} promises that were tried are broken"
    return f"All {tried} promises that were tried are kept" if tried else "No promise was tried"


def _failure(result: Result) -> str:
    return (
        f'<section class="failure"><h3>{escape(result.promise)}</h3>'
        f"<p>{escape(result.done)}.</p><pre>{_evidence(result)}</pre>"
        f"<p><b>How to mend it:</b> {escape(result.fix)}</p></section>"
    )


def _factor(report: Report, factor: str) -> str:
    rows = [
        f'<tr class="{result.status}"><td><span>{WORDS[result.status]}</span></td>'
        f"<td>{escape(result.promise)}<details><summary>{escape(result.id)}, {result.seconds:.1f} s</summary>"
        f"<p>{escape(result.done)}.</p><pre>{_evidence(result)}</pre></details></td></tr>"
        for result in report.checks
        if result.factor == factor
    ]
    if not rows:
        return ""
    return f"<h2>{escape(factor)} · {escape(FACTORS[factor])}</h2><table>{''.join(rows)}</table>"


def _evidence(result: Result) -> str:
    return escape("\n".join(result.evidence))
