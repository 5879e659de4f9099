from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, HTTPException, Request, Response

from .. import problems
from ..adapters.redis import Redis
from ..config.cart import Settings
from .schemas import Cart, CartItem
from .service import MAX_ITEMS, TTL_SECONDS, CartFullError, Carts, cart_id

COOKIE = "cart"

router = APIRouter(prefix="/cart", tags=["cart"], responses=problems.responses(503))


async def carts(request: Request) -> Carts:
    return Carts(request.app.state.adapters[Redis].store)


async def session(
    request: Request,
    response: Response,
    cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None,
) -> str:
    """The id of the visitor's cart, whose cookie lives for another hour."""
    id = cart_id(cookie)
    response.set_cookie(
        COOKIE,
        id,
        max_age=TTL_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.app.state.config[Settings].cookie_secure,
    )
    return id


CartsDependency = Annotated[Carts, Depends(carts)]
Session = Annotated[str, Depends(session)]


@router.get("")
async def read_cart(id: Session, carts: CartsDependency) -> Cart:
    """The visitor's cart."""
    return await carts.read(id)


@router.post("/items", status_code=201, responses=problems.responses(409))
async def add_item(item: CartItem, id: Session, carts: CartsDependency) -> Cart:
    """Puts something into the visitor's cart."""
    try:
        return await carts.add(id, item)
    except CartFullError:
        raise HTTPException(409, f"The cart holds {MAX_ITEMS} items already") from None
