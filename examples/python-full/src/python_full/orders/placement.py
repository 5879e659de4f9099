from functools import partial
from uuid import UUID

from sqlalchemy import select

from .. import outbox
from ..adapters import Adapters
from ..adapters.postgres import Postgres
from ..messages import Message
from .confirmation import follow
from .repository import PLACED, PostgresOrders
from .service import Orders

CREATED = "order.created"
PLACE_AND_ANNOUNCE = select(PLACED).add_cte(outbox.message_for(PLACED))


def orders_of(adapters: Adapters) -> Orders:
    """Orders that the worker confirms, by the message that is committed with each."""
    repository = PostgresOrders(adapters[Postgres], "pending", PLACE_AND_ANNOUNCE, announcement)
    return Orders(repository, partial(follow, adapters))


def announcement(id: UUID) -> dict[str, object]:
    return outbox.parameters(Message(CREATED, {"order_id": str(id)}))
