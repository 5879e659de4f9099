"""What a run found, as data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Status = Literal["pass", "fail", "na", "skip"]
STATUSES: tuple[Status, ...] = ("pass", "fail", "na", "skip")


@dataclass(frozen=True)
class Result:
    """What one check found."""

    id: str
    factor: str
    status: Status
    promise: str
    evidence: tuple[str, ...]
    fix: str
    seconds: float
    done: str = ""
    """What the check does, whatever it found."""
    measures: bool = False
    """Whether the evidence is worth reading though the promise is kept."""

    def data(self) -> dict[str, object]:
        """Return it as docs/schemas/verify-report.schema.json describes it."""
        found = {**asdict(self), "seconds": round(self.seconds, 3)}
        del found["measures"]
        return found


@dataclass(frozen=True)
class Report:
    """What a whole run found."""

    service: str
    runner: str
    subject: str
    """What ran: a folder's commands or an image."""
    checks: Sequence[Result]
    seconds: float

    @property
    def failed(self) -> list[Result]:
        """The checks that fail."""
        return [result for result in self.checks if result.status == "fail"]

    def counts(self) -> dict[Status, int]:
        """Count the checks by status."""
        found = Counter(result.status for result in self.checks)
        return {status: found[status] for status in STATUSES}

    def summary(self) -> str:
        """Say the counts in one line; what does not apply never counts as passed."""
        counts = self.counts()
        return (
            f"{counts['pass']} pass, {counts['fail']} fail, {counts['na']} not applicable, "
            f"{counts['skip']} skipped in {self.seconds:.1f} s"
        )

    def data(self) -> dict[str, object]:
        """Return the report as docs/schemas/verify-report.schema.json describes it."""
        return {
            "service": self.service,
            "runner": self.runner,
            "subject": self.subject,
            "seconds": round(self.seconds, 3),
            "summary": self.counts(),
            "checks": [result.data() for result in self.checks],
        }
