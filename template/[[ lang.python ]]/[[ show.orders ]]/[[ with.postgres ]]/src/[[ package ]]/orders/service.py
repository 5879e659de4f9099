from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog

from ..adapters import Unavailable
from .schemas import Order, OrderPage, OrderRequest

Follow = Callable[[Order], Awaitable[None]]
"""What follows when an order is confirmed; raises `Unavailable` when it cannot be done now."""

log = structlog.stdlib.get_logger(__name__)


class IdempotencyKeyReusedError(Exception):
    """The key came with another order before."""


class UnknownCursorError(Exception):
    """The order after which a page should start does not exist."""


class OrderRepository(Protocol):
    """Where orders are kept."""

    async def add(self, request: OrderRequest, key: str | None) -> tuple[Order, bool]:
        """Adds an order, or finds the one that was added under the same key; tells whether it is new."""

    async def get(self, id: UUID) -> Order | None: ...

    async def page(self, after: UUID | None, limit: int) -> list[Order]:
        """At most `limit` orders, the oldest first; raises `UnknownCursorError`."""


@dataclass(frozen=True)
class Orders:
    repository: OrderRepository
    follow: Follow

    async def place(self, request: OrderRequest, key: str | None = None) -> Order:
        """Places an order; the same key with the same order places it once."""
        order, is_new = await self.repository.add(request, key)
        if any(getattr(order, name) != value for name, value in request):
            raise IdempotencyKeyReusedError
        if is_new and order.status == "confirmed":
            await self._follow(order)
        return order

    async def get(self, id: UUID) -> Order | None:
        return await self.repository.get(id)

    async def page(self, after: UUID | None, limit: int) -> OrderPage:
        """Orders after the one with the id `after`, the oldest first."""
        orders = await self.repository.page(after, limit + 1)
        more = len(orders) > limit
        return OrderPage(orders=orders[:limit], next=orders[limit - 1].id if more else None)

    async def _follow(self, order: Order) -> None:
        try:
            await self.follow(order)
        except Unavailable as error:
            log.warning("Nothing follows a confirmed order", id=str(order.id), reason=str(error))
