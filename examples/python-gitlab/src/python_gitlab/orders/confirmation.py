"""What follows when an order is confirmed, by the request that placed it or by a worker."""

from functools import cache
from types import ModuleType

from .. import discovery
from ..adapters import Adapters
from .schemas import Order


async def follow(adapters: Adapters, order: Order) -> None:
    """Lets every feature that wants to know of a confirmed order do its part, such as a mail.

    Such a feature has a module `order_confirmed` with `async def follow(adapters, order)`. It may be
    called again for the same order when a process dies half-way, and never for one that was not
    confirmed. It raises `Unavailable` when it cannot do its part now: a worker tries again later;
    a request says so in the log, and the order stays placed.
    """
    for feature in followers():
        await feature.follow(adapters, order)


@cache
def followers() -> list[ModuleType]:
    """Those features."""
    return list(discovery.features("order_confirmed"))
