import asyncio
import os
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from python_full import config
from python_full.adapters import redis
from python_full.store import Store

pytestmark = pytest.mark.integration


@pytest.fixture
async def stores() -> AsyncIterator[tuple[Store, Store]]:
    """As two replicas have them."""
    opened = [await redis.open(config.load(os.environ)) for _ in range(2)]
    yield opened[0].store, opened[1].store
    for adapter in opened:
        await adapter.close()


async def test_replicas_share_values_until_they_expire(stores: tuple[Store, Store]) -> None:
    key = str(uuid4())
    await stores[0].set(key, "tea", 1)
    assert await stores[1].get(key) == "tea"
    await asyncio.sleep(1.2)
    assert await stores[1].get(key) is None


async def test_no_count_of_many_is_lost(stores: tuple[Store, Store]) -> None:
    key, members = str(uuid4()), str(uuid4())
    await asyncio.gather(*(store.increment(key) for store in stores for _ in range(10)))
    await asyncio.gather(*(store.add(members, "tea", 2, 60) for store in stores for _ in range(10)))
    assert await stores[0].get(key) == "20"
    assert await stores[1].counts(members, 60) == {"tea": 40}
