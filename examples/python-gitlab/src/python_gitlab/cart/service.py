import re
from dataclasses import dataclass
from secrets import token_urlsafe

from ..store import Store
from .schemas import Cart, CartItem

TTL_SECONDS = 3600
ID = re.compile(r"[A-Za-z0-9_-]{32}")


def cart_id(given: str | None) -> str:
    """The id that the visitor brings when it is well-formed, else a new one that nobody can guess."""
    return given if given and ID.fullmatch(given) else token_urlsafe(24)


@dataclass(frozen=True)
class Carts:
    """Carts that live for an hour after they were last looked at."""

    store: Store

    async def read(self, id: str) -> Cart:
        return Cart(items=await self.store.counts(_key(id), TTL_SECONDS))

    async def add(self, id: str, item: CartItem) -> Cart:
        await self.store.add(_key(id), item.item, item.quantity, TTL_SECONDS)
        return await self.read(id)


def _key(id: str) -> str:
    return f"cart:{id}"
