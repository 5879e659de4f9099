from uuid import UUID

from .dependencies import OrdersDependency
from .schemas import Order


async def find(id: UUID, orders: OrdersDependency) -> Order | None:
    """One order, from the database."""
    return await orders.get(id)
