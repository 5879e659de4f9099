from datetime import UTC, datetime
from uuid import uuid4

import pytest
from fake_orders import MemoryOrders, nobody
from fastapi import Response

from python_full.adapters import Unavailable
from python_full.orders.lookup import find
from python_full.orders.schemas import Order, Status
from python_full.orders.service import Orders
from python_full.store import MemoryStore

ORDER = Order(id=uuid4(), item="tea", quantity=2, status="confirmed", created_at=datetime.now(UTC))


class BrokenStore(MemoryStore):
    """A cache during an outage."""

    async def get(self, key: str) -> str | None:  # noqa: ARG002 - a store has it
        raise Unavailable("redis")


@pytest.fixture
def orders() -> Orders:
    repository = MemoryOrders()
    repository.placed.append(ORDER)
    return Orders(repository, nobody)


async def test_the_second_look_comes_from_the_cache(orders: Orders) -> None:
    cache, first = MemoryStore(), Response()
    assert await find(ORDER.id, orders, cache, first) == ORDER
    assert first.headers["x-cache"] == "miss"
    cached = await find(ORDER.id, Orders(MemoryOrders(), nobody), cache, Response())
    assert isinstance(cached, Response)
    assert Order.model_validate_json(bytes(cached.body)) == ORDER
    assert cached.headers["x-cache"] == "hit"


async def test_an_outage_of_the_cache_is_a_miss(orders: Orders) -> None:
    response = Response()
    assert await find(ORDER.id, orders, BrokenStore(), response) == ORDER
    assert response.headers["x-cache"] == "miss"


@pytest.mark.parametrize("status", ["pending", "expired"])
async def test_what_may_yet_be_confirmed_is_not_kept(status: Status) -> None:
    cache, repository = MemoryStore(), MemoryOrders()
    order = ORDER.model_copy(update={"status": status})
    repository.placed.append(order)
    assert await find(order.id, Orders(repository, nobody), cache, Response()) == order
    assert await cache.get(f"order:{order.id}") is None


async def test_what_is_not_there_is_not_kept() -> None:
    cache = MemoryStore()
    assert await find(ORDER.id, Orders(MemoryOrders(), nobody), cache, Response()) is None
    assert await cache.get(f"order:{ORDER.id}") is None
