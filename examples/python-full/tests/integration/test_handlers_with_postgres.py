import os
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from python_full import config
from python_full.adapters import Adapters, postgres
from python_full.messages import Message
from python_full.orders import handlers
from python_full.orders.handlers import CONFIRMED, confirm
from python_full.orders.placement import CREATED
from python_full.orders.repository import PostgresOrders
from python_full.orders.schemas import OrderRequest, Status
from python_full.outbox.tables import outbox

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


@pytest.mark.parametrize("followers", [[], ["mail"]])
async def test_who_follows_is_told_once_by_a_message_of_the_same_commit(
    database: postgres.Postgres, monkeypatch: pytest.MonkeyPatch, followers: list[str]
) -> None:
    monkeypatch.setattr(handlers, "followers", lambda: followers)
    repository = PostgresOrders(database, "pending")
    order, _ = await repository.add(OrderRequest(item="tea", quantity=1), None)
    for _ in range(2):
        await confirm(Adapters([database]), Message(CREATED, {"order_id": str(order.id)}))
    told = select(outbox.c.name).where(outbox.c.body["order_id"].astext == str(order.id))
    assert [row.name for row in await database.execute(told)] == [CONFIRMED for _ in followers]
