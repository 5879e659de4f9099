"""What this service keeps outside its database: values that expire, and counters."""

import time
from dataclasses import dataclass, field
from typing import Protocol

MAX_ENTRIES = 10_000


class Store(Protocol):
    """Values and counters by key; every call may raise `Unavailable`."""

    async def get(self, key: str) -> str | None: ...

    async def set(self, key: str, value: str, seconds: int) -> None:
        """Keeps the value for `seconds`."""

    async def increment(self, key: str, amount: int = 1) -> int:
        """Adds to a counter that does not expire, and returns it."""

    async def add(self, key: str, member: str, amount: int, seconds: int) -> None:
        """Adds to a member's count; all members live for another `seconds`."""

    async def counts(self, key: str, seconds: int) -> dict[str, int]:
        """The counts of all members, which live for another `seconds`."""

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


@dataclass
class Entry:
    expires: float
    value: str = ""
    counts: dict[str, int] = field(default_factory=dict)


class MemoryStore:
    """A store inside this process, for one replica; the oldest entries make room for new ones."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    async def get(self, key: str) -> str | None:
        entry = self._read(key)
        return entry.value if entry else None

    async def set(self, key: str, value: str, seconds: int) -> None:
        self._write(key, Entry(time.monotonic() + seconds, value))

    async def increment(self, key: str, amount: int = 1) -> int:
        entry = self._read(key) or Entry(float("inf"), "0")
        entry.value = str(int(entry.value) + amount)
        self._write(key, entry)
        return int(entry.value)

    async def add(self, key: str, member: str, amount: int, seconds: int) -> None:
        counts = await self.counts(key, seconds)
        counts[member] = counts.get(member, 0) + amount
        self._write(key, Entry(time.monotonic() + seconds, counts=counts))

    async def counts(self, key: str, seconds: int) -> dict[str, int]:
        entry = self._read(key)
        if entry is None:
            return {}
        entry.expires = time.monotonic() + seconds
        return dict(entry.counts)

    async def ping(self) -> None:
        return

    async def close(self) -> None:
        self._entries.clear()

    def _read(self, key: str) -> Entry | None:
        entry = self._entries.get(key)
        if entry and entry.expires <= time.monotonic():
            del self._entries[key]
            return None
        return entry

    def _write(self, key: str, entry: Entry) -> None:
        self._entries.pop(key, None)
        self._entries[key] = entry
        if len(self._entries) > MAX_ENTRIES:
            del self._entries[next(iter(self._entries))]
