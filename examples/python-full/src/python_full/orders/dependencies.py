from typing import Annotated

from fastapi import Depends, Request

from ..adapters.postgres import Postgres
from .repository import PostgresOrders
from .service import Orders


async def orders(request: Request) -> Orders:
    return Orders(PostgresOrders(request.app.state.adapters[Postgres]))


OrdersDependency = Annotated[Orders, Depends(orders)]
