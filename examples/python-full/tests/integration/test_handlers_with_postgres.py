import os
from collections.abc import AsyncIterator

import pytest

from python_full import config
from python_full.adapters import Adapters, postgres
from python_full.messages import Message
from python_full.orders.handlers import confirm
from python_full.orders.placement import CREATED
from python_full.orders.repository import PostgresOrders
from python_full.orders.schemas import OrderRequest, Status

pytestmark = pytest.mark.integration


@pytest.fixture
async def database() -> AsyncIterator[postgres.Postgres]:
    opened = await postgres.open(config.load(os.environ))
    yield opened
    await opened.close()


@pytest.mark.parametrize("status", ["pending", "expired"])
async def test_an_order_is_confirmed_though_it_expired_before(
    database: postgres.Postgres, status: Status
) -> None:
    repository = PostgresOrders(database, status)
    order, _ = await repository.add(OrderRequest(item="tea", quantity=1), None)
    for _ in range(2):
        await confirm(Adapters([database]), Message(CREATED, {"order_id": str(order.id)}))
    assert await repository.get(order.id) == order.model_copy(update={"status": "confirmed"})
