"""`seed`: adds a few orders to look at."""

import asyncio
from collections.abc import Mapping

import click
import structlog

from .. import adapters
from ..config import Config
from ..orders.placement import orders_of
from ..orders.schemas import OrderRequest
from . import configured

ORDERS = [
    OrderRequest(item="tea", quantity=2),
    OrderRequest(item="coffee", quantity=1),
    OrderRequest(item="water", quantity=6),
]

log = structlog.stdlib.get_logger(__name__)


@click.command()
@click.pass_obj
def command(environ: Mapping[str, str]) -> None:
    """Adds a few orders to look at; again, it adds nothing."""
    asyncio.run(seed(configured(environ)))


async def seed(config: Config) -> None:
    async with adapters.opened(config) as opened:
        orders = orders_of(opened)
        for request in ORDERS:
            await orders.place(request, key=f"seed-{request.item}")
    log.info("The orders are there", orders=len(ORDERS))
