from functools import partial

from ..adapters import Adapters
from ..adapters.postgres import Postgres
from .confirmation import follow
from .repository import PostgresOrders
from .service import Orders


def orders_of(adapters: Adapters) -> Orders:
    """Orders that are confirmed as they are placed."""
    return Orders(PostgresOrders(adapters[Postgres], "confirmed"), partial(follow, adapters))
