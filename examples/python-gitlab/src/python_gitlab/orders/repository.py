from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from ..adapters.postgres import Postgres
from .schemas import Order, OrderRequest, Status
from .service import UnknownCursorError
from .tables import orders

Record = Callable[[AsyncConnection, Order], Awaitable[None]]


@dataclass(frozen=True)
class PostgresOrders:
    """Orders in PostgreSQL."""

    postgres: Postgres
    status: Status
    """Of an order that has just been placed."""
    record: Record | None = None
    """What else belongs into the transaction that places an order."""

    async def add(self, request: OrderRequest, key: str | None) -> tuple[Order, bool]:
        values = {**request.model_dump(), "status": self.status, "idempotency_key": key}
        added = (
            insert(orders)
            .values(values)
            .on_conflict_do_nothing(index_elements=[orders.c.idempotency_key])
            .returning(orders)
        )
        async with self.postgres.transaction() as connection:
            row = (await connection.execute(added)).one_or_none()
            if row is None:
                # The other transaction has ended: a conflict is known only then.
                former = select(orders).where(orders.c.idempotency_key == key)
                row = (await connection.execute(former)).one()
                return Order.model_validate(row), False
            order = Order.model_validate(row)
            if self.record:
                await self.record(connection, order)
        return order, True

    async def get(self, id: UUID) -> Order | None:
        async with self.postgres.transaction() as connection:
            row = (await connection.execute(select(orders).where(orders.c.id == id))).one_or_none()
        return Order.model_validate(row) if row else None

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
