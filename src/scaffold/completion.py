"""Values that a shell completes: choices, answers and versions, of the project that is being typed about."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from typer import Context  # noqa: TC002 Typer reads it

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PATIENCE = 2.0
QUESTIONS = {"stack": "stacks", "services": "services", "target": "targets", "ci": "ci", "sample": "samples"}


def choices(kind: str) -> Callable[[str], list[str]]:
    """Completes ids of one kind of choice from the catalog of this installation."""

    def complete(incomplete: str) -> list[str]:
        return _begun([*_ids(kind), *(["none"] if kind == "services" else [])], incomplete)

    return complete


def answers(incomplete: str) -> list[str]:
    """`KEY=` for each question that has choices or a recorded answer, then its choices after the `=`."""
    key, equals, _ = incomplete.partition("=")
    if not equals:
        return _begun((f"{name}=" for name in sorted({*QUESTIONS, *_recorded(Path())})), incomplete)
    found = _ids(QUESTIONS[key]) if key in QUESTIONS else []
    return _begun((f"{key}={value}" for value in found), incomplete)


def versions(context: Context, incomplete: str) -> list[str]:
    """Releases of the template that the project in `PATH` came from, if its repository answers soon."""
    from scaffold import record, releases  # noqa: PLC0415 only when a shell asks
    from scaffold.errors import ScaffoldError  # noqa: PLC0415

    with suppress(ScaffoldError):
        source, _ = record.read(Path(context.params.get("path") or ".")).origin()
        return _begun(releases.tags(source, PATIENCE), incomplete)
    return []


def missing_services(incomplete: str) -> list[str]:
    """Services that the project in this folder has not."""
    return _begun((id_ for id_ in _ids("services") if id_ not in _recorded(Path())["services"]), incomplete)


def present_services(incomplete: str) -> list[str]:
    """Services that the project in this folder has."""
    return _begun(_recorded(Path())["services"], incomplete)


def checks(incomplete: str) -> list[str]:
    """Ids and factors of the checks of `verify`, the last of a list with commas."""
    from scaffold.verify.registry import FACTORS, all_checks  # noqa: PLC0415 only when a shell asks

    given, comma, last = incomplete.rpartition(",")
    found = _begun([*FACTORS, *(check.id for check in all_checks())], last)
    return [f"{given}{comma}{name}" for name in found]


def _ids(kind: str) -> list[str]:
    from scaffold import catalog, source  # noqa: PLC0415 only when a shell asks

    return list(catalog.index(source.own_root())[kind].values())


def _recorded(project: Path) -> dict[str, list[str]]:
    from scaffold import record  # noqa: PLC0415 only when a shell asks
    from scaffold.errors import ScaffoldError  # noqa: PLC0415

    with suppress(ScaffoldError):
        return {"services": [], **record.read(project).answers}
    return {"services": []}


def _begun(values: Iterable[str], incomplete: str) -> list[str]:
    return [value for value in values if value.startswith(incomplete)]
