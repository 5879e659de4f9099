from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from .. import outbox
from ..adapters import Adapters
from ..adapters.postgres import Postgres
from ..messages import Message
from .confirmation import follow
from .repository import PostgresOrders
from .schemas import Order
from .service import Orders

CREATED = "order.created"


def orders_of(adapters: Adapters) -> Orders:
    """Orders that the worker confirms, by the message that is committed with each."""
    repository = PostgresOrders(adapters[Postgres], "pending", announce)
    return Orders(repository, partial(follow, adapters))


async def announce(connection: AsyncConnection, order: Order) -> None:
    await outbox.add(connection, Message(CREATED, {"order_id": str(order.id)}))
