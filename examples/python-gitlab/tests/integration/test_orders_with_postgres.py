import asyncio
import os
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from python_gitlab import config
from python_gitlab.adapters import postgres
from python_gitlab.orders.repository import PostgresOrders
from python_gitlab.orders.schemas import OrderRequest

pytestmark = pytest.mark.integration

HOSTILE = "'); DROP TABLE orders; --"


@pytest.fixture
async def repository() -> AsyncIterator[PostgresOrders]:
    database = await postgres.open(config.load(os.environ))
    yield PostgresOrders(database, "pending")
    await database.close()


async def test_an_order_is_kept_as_it_came(repository: PostgresOrders) -> None:
    request = OrderRequest(item=HOSTILE, quantity=2)
    order, is_new = await repository.add(request, HOSTILE.replace(" ", "") + str(uuid4()))
    assert (is_new, order.item) == (True, HOSTILE)
    assert await repository.get(order.id) == order


async def test_one_key_places_one_order_however_many_try_at_once(
    repository: PostgresOrders,
) -> None:
    request, key = OrderRequest(item="tea", quantity=1), str(uuid4())
    placed = await asyncio.gather(*(repository.add(request, key) for _ in range(30)))
    assert len({order.id for order, _ in placed}) == 1
    assert sum(is_new for _, is_new in placed) == 1
