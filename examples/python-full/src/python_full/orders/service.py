from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from .schemas import Order, OrderPage, OrderRequest


class IdempotencyKeyReusedError(Exception):
    """The key came with another order before."""


class UnknownCursorError(Exception):
    """The order after which a page should start does not exist."""


class OrderRepository(Protocol):
    """Where orders are kept."""

    async def add(self, request: OrderRequest, key: str | None) -> Order:
        """Adds an order, or returns the one that was added under the same key."""

    async def get(self, id: UUID) -> Order | None: ...

    async def page(self, after: UUID | None, limit: int) -> list[Order]:
        """At most `limit` orders, the oldest first; raises `UnknownCursorError`."""


@dataclass(frozen=True)
class Orders:
    repository: OrderRepository

    async def place(self, request: OrderRequest, key: str | None = None) -> Order:
        """Places an order; the same key with the same order places it once."""
        order = await self.repository.add(request, key)
        if (order.item, order.quantity) != (request.item, request.quantity):
            raise IdempotencyKeyReusedError
        return order

    async def get(self, id: UUID) -> Order | None:
        return await self.repository.get(id)

    async def page(self, after: UUID | None, limit: int) -> OrderPage:
        """Orders after the one with the id `after`, the oldest first."""
        orders = await self.repository.page(after, limit + 1)
        more = len(orders) > limit
        return OrderPage(orders=orders[:limit], next=orders[limit - 1].id if more else None)
