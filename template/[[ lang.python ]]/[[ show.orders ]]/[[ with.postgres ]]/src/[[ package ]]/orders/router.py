from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response

from .. import problems
from .dependencies import OrdersDependency
from .identifier import OrderId
from .lookup import find
from .schemas import Order, OrderPage, OrderRequest
from .service import IdempotencyKeyReusedError, UnknownCursorError

router = APIRouter(prefix="/orders", tags=["orders"], responses=problems.responses(503))

IdempotencyKey = Annotated[
    str | None, Header(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")
]


@router.post("", status_code=201)
async def create_order(
    request: OrderRequest,
    orders: OrdersDependency,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Order:
    """Places an order; sent again with the same `Idempotency-Key`, it is not placed again."""
    try:
        order = await orders.place(request, idempotency_key)
    except IdempotencyKeyReusedError:
        raise HTTPException(422, "This Idempotency-Key came with another order") from None
    response.headers["Location"] = f"{router.prefix}/{order.id}"
    return order


@router.get("", responses=problems.responses(404))
async def list_orders(
    orders: OrdersDependency,
    after: OrderId | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> OrderPage:
    """A page of orders, the oldest first."""
    try:
        return await orders.page(after, limit)
    except UnknownCursorError:
        raise HTTPException(404, "There is no order with the id `after`") from None


@router.get("/{id}", response_model=Order, responses=problems.responses(404))
async def read_order(
    order: Annotated[Order | Response | None, Depends(find)],
) -> Order | Response:
    """One order."""
    if order is None:
        raise HTTPException(404, "There is no order with this id")
    return order
