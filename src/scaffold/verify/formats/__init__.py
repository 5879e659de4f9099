"""A report as text for people and machines."""

import json
from collections.abc import Callable

from scaffold.verify.report import Report


def _json(report: Report) -> str:
    return json.dumps(report.data(), indent=2, ensure_ascii=False) + "\n"


def _table(report: Report) -> str:
    from scaffold.verify.formats.table import table  # noqa: PLC0415 - only what is asked for is loaded

    return table(report)


FORMATS: dict[str, Callable[[Report], str]] = {"table": _table, "json": _json}
