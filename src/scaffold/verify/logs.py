"""What a service wrote: its lines, and what a log line has to be."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

FIELDS = ("timestamp", "level", "message", "service", "version")


@dataclass(frozen=True)
class Log:
    """Both streams of one instance."""

    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Return all that was written."""
        return self.stdout + self.stderr

    @property
    def lines(self) -> list[str]:
        """Return the lines of both streams, stdout's first."""
        return [line for line in self.text.split("\n") if line.strip()]

    def records(self) -> list[dict[str, Any]]:
        """Return the lines of stdout that are JSON objects."""
        return [record for line in self.stdout.split("\n") if (record := parse(line)) is not None]

    def tail(self, count: int = 3) -> str:
        """Quote the last lines, or say that there are none."""
        return "\n".join(line[:300] for line in self.lines[-count:]) or "it wrote nothing"


def parse(line: str) -> dict[str, Any] | None:
    """Read a line as one JSON object; None if it is something else."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def faults(lines: Iterable[str]) -> list[str]:
    """Say of each line that is no proper log line what is wrong with it."""
    found = []
    for line in lines:
        record = parse(line)
        if record is None:
            found.append(f"not one JSON object: `{line[:200]}`")
        elif missing := [name for name in FIELDS if not isinstance(record.get(name), str)]:
            found.append(f"no text field {', '.join(f'`{name}`' for name in missing)} in `{line[:200]}`")
        elif moment(record) is None:
            found.append(f"`timestamp` is not RFC 3339 in UTC: `{record['timestamp']}`")
    return found


def moment(record: dict[str, Any]) -> datetime | None:
    """Read a record's timestamp; None if it is not RFC 3339 in UTC."""
    text = record.get("timestamp")
    if not isinstance(text, str) or "T" not in text.upper():
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.utcoffset() == timedelta(0) else None
