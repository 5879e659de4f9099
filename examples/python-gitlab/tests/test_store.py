import time

import pytest

from python_gitlab import store
from python_gitlab.store import MemoryStore


async def test_a_value_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    values = MemoryStore()
    await values.set("a", "1", seconds=60)
    assert await values.get("a") == "1"
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert await values.get("a") is None


async def test_looking_at_counts_keeps_them_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    values = MemoryStore()
    start = time.monotonic()
    await values.add("cart", "tea", 2, seconds=60)
    for minute in range(1, 4):
        monkeypatch.setattr(time, "monotonic", lambda now=start + 50 * minute: now)
        assert await values.counts("cart", seconds=60) == {"tea": 2}


async def test_a_counter_counts() -> None:
    values = MemoryStore()
    assert [await values.increment("n") for _ in range(3)] == [1, 2, 3]


async def test_the_oldest_entry_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_ENTRIES", 2)
    values = MemoryStore()
    for key in ("a", "b", "c"):
        await values.set(key, key, seconds=60)
    assert [await values.get(key) for key in ("a", "b", "c")] == [None, "b", "c"]
