"""What a fleet command is asked to do to each repository, and what it found there; both travel as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from scaffold.errors import ExitCode
from scaffold.record import ANSWERS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Status = Literal["current", "behind", "planned", "updated", "conflict", "refused"]
WORDS: dict[str, str] = {
    "current": "up to date",
    "behind": "can be updated",
    "planned": "would be updated",
    "updated": "updated",
    "conflict": "in conflict",
    "refused": "not possible",
}
"""Every status, in the words of a report and in the order of its summary."""
BRANCH = "scaffold/update"


@dataclass(frozen=True)
class Order:
    """What is done to each repository; `update` makes a branch where the other is a report only."""

    update: bool = False
    to: str | None = None
    template: str | None = None
    answers_file: str = ANSWERS_FILE
    branch: str = BRANCH
    push: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Finding:
    """One repository; `behind` counts releases, `drift` files by what the project did to them."""

    name: str
    address: str
    status: Status
    head: str = ""
    template: str = ""
    version: str = ""
    newest: str = ""
    behind: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    drift: Mapping[str, int] = field(default_factory=dict)
    changes: int = 0
    conflicts: tuple[Mapping[str, str], ...] = ()
    kept_deleted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    branch: str = ""
    commit: str = ""
    pushed: bool = False
    error: str = ""
    hint: str = ""

    def facts(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


def exit_code(findings: Iterable[Finding]) -> ExitCode:
    """6 if a repository was refused, else 3 if one is in conflict, else 0."""
    found = {finding.status for finding in findings}
    if "refused" in found:
        return ExitCode.SURROUNDINGS
    return ExitCode.CONFLICT if "conflict" in found else ExitCode.OK
