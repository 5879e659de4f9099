"""A report as text on a terminal."""

from scaffold.verify.registry import FACTORS
from scaffold.verify.report import Report, Result

WORDS = {"pass": "pass", "fail": "FAIL", "na": "n/a", "skip": "skip"}


def line(result: Result) -> str:
    """One result in one line."""
    return f"{WORDS[result.status]:4}  {result.id:28} {result.seconds:6.2f} s  {result.promise}"


def table(report: Report) -> str:
    """All results by factor: failures with all that is known, measurements, and why a check was left out."""
    lines = [f"{report.service}: {report.subject}"]
    for factor, title in FACTORS.items():
        results = [result for result in report.checks if result.factor == factor]
        if results:
            lines += ["", f"{factor} {title}", *(text for result in results for text in _entry(result))]
    return "\n".join([*lines, "", report.summary(), ""])


def _entry(result: Result) -> list[str]:
    entry = [f"  {line(result)}"]
    if result.status == "fail":
        entry.append(f"        done: {result.done}")
    if result.status != "pass" or result.measures:
        seen = [part for text in result.evidence for part in text.splitlines()]
        entry += [f"        {part}" for part in seen]
    if result.status == "fail":
        entry.append(f"        fix: {result.fix}")
    return entry
