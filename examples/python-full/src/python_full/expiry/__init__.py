"""Orders that nobody confirmed in time expire."""

from datetime import timedelta

import structlog
from sqlalchemy import func, update

from ..adapters import Adapters
from ..adapters.postgres import Postgres
from ..orders.tables import orders

PATIENCE = timedelta(minutes=15)

log = structlog.stdlib.get_logger(__name__)


async def expire(adapters: Adapters) -> None:
    """Expires pending orders that are older than the patience; twice is the same as once."""
    statement = (
        update(orders)
        .where(orders.c.status == "pending", orders.c.created_at < func.now() - PATIENCE)
        .values(status="expired")
    )
    async with adapters[Postgres].transaction() as connection:
        expired = (await connection.execute(statement)).rowcount
    log.info("Unconfirmed orders have expired", orders=expired)
