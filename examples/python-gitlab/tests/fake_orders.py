"""Orders without a database."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from python_gitlab.orders.schemas import Order, OrderRequest
from python_gitlab.orders.service import UnknownCursorError


class MemoryOrders:
    """Orders in a list, by the rules of the port."""

    def __init__(self) -> None:
        self.placed: list[Order] = []
        self.keys: dict[str, Order] = {}

    async def add(self, request: OrderRequest, key: str | None) -> tuple[Order, bool]:
        if key in self.keys:
            return self.keys[key], False
        order = Order(
            id=uuid4(), status="confirmed", created_at=datetime.now(UTC), **request.model_dump()
        )
        self.placed.append(order)
        if key:
            self.keys[key] = order
        return order, True

    async def get(self, id: UUID) -> Order | None:
        return next((order for order in self.placed if order.id == id), None)

    async def page(self, after: UUID | None, limit: int) -> list[Order]:
        ids = [order.id for order in self.placed]
        if after and after not in ids:
            raise UnknownCursorError
        start = ids.index(after) + 1 if after else 0
        return self.placed[start : start + limit]


async def nobody(_order: Order) -> None:
    """Nothing follows."""
