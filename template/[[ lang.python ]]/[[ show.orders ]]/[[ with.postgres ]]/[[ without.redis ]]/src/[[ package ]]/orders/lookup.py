from .dependencies import OrdersDependency
from .identifier import OrderId
from .schemas import Order


async def find(id: OrderId, orders: OrdersDependency) -> Order | None:
    """One order, from the database."""
    return await orders.get(id)
