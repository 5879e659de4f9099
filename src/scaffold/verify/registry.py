"""The checks: small functions that a decorator registers, one folder for each factor."""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scaffold.verify.bench import Bench

FACTORS = {
    "I": "Codebase",
    "II": "Dependencies",
    "III": "Configuration",
    "IV": "Backing services",
    "V": "Build, release, run",
    "VI": "Processes",
    "VII": "Port binding",
    "VIII": "Concurrency",
    "IX": "Disposability",
    "X": "Development and production alike",
    "XI": "Logs",
    "XII": "Admin processes",
    "API": "HTTP interface",
    "OPS": "Operation",
    "SEC": "Security",
}


class Failed(Exception):  # noqa: N818 - an outcome, not an error
    """The promise is broken; carries what was seen."""

    def __init__(self, *evidence: str) -> None:
        super().__init__("; ".join(evidence))
        self.evidence = evidence


class Late(Failed):
    """The promise was not kept in time; a busy machine may be the reason, so it is tried again alone."""


class NotApplicable(Exception):  # noqa: N818 - an outcome, not an error
    """The promise does not concern this service; carries the reason."""


class Skipped(Exception):  # noqa: N818 - an outcome, not an error
    """The promise concerns this service, but something that its proof needs is missing; carries what."""


Function = Callable[["Bench"], "str | Sequence[str]"]


@dataclass(frozen=True)
class Check:
    """One promise and the function that proves it.

    `needs` names what must be there, in the words of `needs.py`: `docker`, `host`, `strace`, `backing`,
    `http:openapi`, `request:create`, `migration:up`, `admin:console`, `variable:LOG_LEVEL`, `file:Procfile`.
    `measures`: its evidence is worth reading though it passes.
    `alone`: nothing that works may run beside it. `waits`: it mostly sleeps, begins first and needs no lane.
    `long`: it begins before the others. `turn`: checks that name the same thing take turns.
    """

    id: str
    factor: str
    promise: str
    fix: str
    function: Function
    needs: tuple[str, ...] = ()
    alone: bool = False
    waits: bool = False
    long: bool = False
    turn: str = ""
    measures: bool = False

    @property
    def done(self) -> str:
        """What it does, in one line."""
        return (self.function.__doc__ or "").strip().partition("\n")[0].rstrip(".")


_checks: dict[str, Check] = {}


def check(
    *,
    id: str,  # noqa: A002 - the word that reports and the command line use
    factor: str,
    promise: str,
    fix: str,
    needs: Sequence[str] = (),
    alone: bool = False,
    waits: bool = False,
    long: bool = False,
    turn: str = "",
    measures: bool = False,
) -> Callable[[Function], Function]:
    """Register the decorated function as the proof of a promise."""

    def register(function: Function) -> Function:
        if id in _checks or factor not in FACTORS:
            raise ValueError(f"the check {id} is registered twice or has no factor {factor}")
        found = Check(id, factor, promise, fix, function, tuple(needs), alone, waits, long, turn, measures)
        _checks[id] = found
        return function

    return register


def all_checks() -> list[Check]:
    """Import every module below `checks` and list what they registered, by factor."""
    package = importlib.import_module("scaffold.verify.checks")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    order = list(FACTORS)
    return sorted(_checks.values(), key=lambda item: (order.index(item.factor), item.id))
