"""A report as text for people and machines."""

import json
from collections.abc import Callable

from scaffold.verify.formats.html import html
from scaffold.verify.formats.junit import junit
from scaffold.verify.formats.table import table
from scaffold.verify.report import Report


def _json(report: Report) -> str:
    return json.dumps(report.data(), indent=2, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[Report], str]] = {"table": table, "json": _json, "junit": junit, "html": html}
