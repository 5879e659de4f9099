from uuid import UUID

import structlog
from sqlalchemy import update

from ..adapters import Adapters
from ..adapters.postgres import Postgres
from ..messages import Message
from .confirmation import follow
from .placement import CREATED
from .schemas import Order
from .tables import orders

log = structlog.stdlib.get_logger(__name__)


async def confirm(adapters: Adapters, message: Message) -> None:
    """Confirms an order once, so that the message may come again, and though it expired before."""
    statement = (
        update(orders)
        .where(orders.c.id == UUID(message.body["order_id"]), orders.c.status != "confirmed")
        .values(status="confirmed")
        .returning(orders)
    )
    async with adapters[Postgres].transaction() as connection:
        row = (await connection.execute(statement)).one_or_none()
        if row:
            # Before the commit: what cannot follow now is tried again with the whole message.
            await follow(adapters, Order.model_validate(row))
    if row:
        log.info("Order confirmed", order_id=str(row.id))


HANDLERS = {CREATED: confirm}
