from uuid import UUID

import structlog
from sqlalchemy import bindparam, select, update

from .. import outbox
from ..adapters import Adapters
from ..adapters.postgres import Postgres
from ..messages import Message
from .confirmation import follow, followers
from .placement import CREATED, orders_of
from .tables import orders

CONFIRMED = "order.confirmed"
NEWLY_CONFIRMED = (
    update(orders)
    .where(orders.c.id == bindparam("order_id"), orders.c.status != "confirmed")
    .values(status="confirmed")
    .returning(orders.c.id)
    .cte("confirmed")
)
CONFIRM = select(NEWLY_CONFIRMED)
CONFIRM_AND_ANNOUNCE = CONFIRM.add_cte(outbox.message_for(NEWLY_CONFIRMED))

log = structlog.stdlib.get_logger(__name__)


async def confirm(adapters: Adapters, message: Message) -> None:
    """Confirms an order once, so that the message may come again, and though it expired before."""
    id = message.body["order_id"]
    statement = CONFIRM_AND_ANNOUNCE if followers() else CONFIRM
    announcement = outbox.parameters(Message(CONFIRMED, {"order_id": id}))
    if await adapters[Postgres].execute(statement, {"order_id": UUID(id), **announcement}):
        log.info("Order confirmed", order_id=id)


async def tell(adapters: Adapters, message: Message) -> None:
    """Lets what follows a confirmed order happen; what cannot be done now is tried again."""
    id = message.body["order_id"]
    if order := await orders_of(adapters).get(UUID(id)):
        await follow(adapters, order)
    else:
        log.warning("There is no such order", order_id=id)


HANDLERS = {CREATED: confirm, CONFIRMED: tell}
