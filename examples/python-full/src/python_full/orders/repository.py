from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from ..adapters.postgres import Postgres
from .schemas import Order, OrderRequest, Status
from .service import UnknownCursorError
from .tables import orders

PLACED = (
    insert(orders)
    .values(
        {
            name: bindparam(name)
            for name in ("id", "status", "idempotency_key", *OrderRequest.model_fields)
        }
    )
    .on_conflict_do_nothing(index_elements=[orders.c.idempotency_key])
    .returning(orders)
    .cte("placed")
)
"""The order that a statement places; no row when another has its key."""
PLACE = select(PLACED)
FOUND = select(orders).where(orders.c.id == bindparam("id"))
FOUND_BY_KEY = select(orders).where(orders.c.idempotency_key == bindparam("key"))


@dataclass(frozen=True)
class PostgresOrders:
    """Orders in PostgreSQL."""

    postgres: Postgres
    status: Status
    """Of an order that has just been placed."""
    place: Select[Any] = PLACE
    """Places an order and whatever belongs to it, all in one statement."""
    belongings: Callable[[UUID], Mapping[str, object]] | None = None
    """Parameters of what belongs to the order with an id."""

    async def add(self, request: OrderRequest, key: str | None) -> tuple[Order, bool]:
        id = uuid4()
        values = {"id": id, "status": self.status, "idempotency_key": key, **request.model_dump()}
        if self.belongings:
            values.update(self.belongings(id))
        placed = await self.postgres.execute(self.place, values)
        if placed:
            return Order.model_validate(placed[0]), True
        # The other transaction has ended: a conflict is known only then.
        former = await self.postgres.execute(FOUND_BY_KEY, {"key": key})
        return Order.model_validate(former[0]), False

    async def get(self, id: UUID) -> Order | None:
        found = await self.postgres.execute(FOUND, {"id": id})
        return Order.model_validate(found[0]) if found else None

    async def page(self, after: UUID | None, limit: int) -> list[Order]:
        position = tuple_(orders.c.created_at, orders.c.id)
        query = select(orders).order_by(orders.c.created_at, orders.c.id).limit(limit)
        async with self.postgres.transaction() as connection:
            if after is not None:
                cursor = select(orders.c.created_at).where(orders.c.id == after)
                created_at = (await connection.execute(cursor)).scalar_one_or_none()
                if created_at is None:
                    raise UnknownCursorError
                query = query.where(position > tuple_(created_at, after))
            rows = (await connection.execute(query)).all()
        return [Order.model_validate(row) for row in rows]
