from typing import Annotated

from fastapi import Depends, Request

from .placement import orders_of
from .service import Orders


async def orders(request: Request) -> Orders:
    return orders_of(request.app.state.adapters)


OrdersDependency = Annotated[Orders, Depends(orders)]
