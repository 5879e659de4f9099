import contextlib
from typing import Annotated

from fastapi import Depends, Request, Response

from ..adapters import Unavailable
from ..adapters.redis import Redis
from ..store import Store
from .dependencies import OrdersDependency
from .identifier import OrderId
from .schemas import Order

TTL_SECONDS = 60


async def cache(request: Request) -> Store:
    store: Store = request.app.state.adapters[Redis].store
    return store


async def find(
    id: OrderId,
    orders: OrdersDependency,
    cache: Annotated[Store, Depends(cache)],
    response: Response,
) -> Order | Response | None:
    """One order, from the cache or else from the database; an outage of the cache is a miss.

    Only what changes no more is kept in the cache: the answer as it was, ready to be sent again.
    """
    key = f"order:{id}"
    try:
        cached = await cache.get(key)
    except Unavailable:
        response.headers["X-Cache"] = "miss"
        return await orders.get(id)
    if cached:
        return Response(cached, headers={"X-Cache": "hit"}, media_type="application/json")
    response.headers["X-Cache"] = "miss"
    order = await orders.get(id)
    if order and order.status == "confirmed":
        with contextlib.suppress(Unavailable):
            await cache.set(key, order.model_dump_json(), TTL_SECONDS)
    return order
