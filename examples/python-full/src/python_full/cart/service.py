import re
from dataclasses import dataclass
from secrets import token_urlsafe

from ..store import Store
from .schemas import Cart, CartItem

TTL_SECONDS = 3600
MAX_ITEMS = 100
ID = re.compile(r"[A-Za-z0-9_-]{32}")


def cart_id(given: str | None) -> str:
    """The id that the visitor brings when it is well-formed, else a new one that nobody can guess."""
    return given if given and ID.fullmatch(given) else token_urlsafe(24)


class CartFullError(Exception):
    """The cart has no room for another item."""


@dataclass(frozen=True)
class Carts:
    """Carts that live for an hour after they were last looked at."""

    store: Store

    async def read(self, id: str) -> Cart:
        return Cart(items=await self.store.counts(_key(id), TTL_SECONDS))

    async def add(self, id: str, item: CartItem) -> Cart:
        """Adds to an item's quantity; raises `CartFullError`."""
        present = await self.read(id)
        if item.item not in present.items and len(present.items) >= MAX_ITEMS:
            raise CartFullError
        await self.store.add(_key(id), item.item, item.quantity, TTL_SECONDS)
        return await self.read(id)


def _key(id: str) -> str:
    return f"cart:{id}"
