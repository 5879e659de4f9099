"""The relay: moves messages from the outbox to the broker."""

import asyncio

import structlog
from sqlalchemy import Row, delete, select

from ..adapters import Adapters, Unavailable
from ..adapters.postgres import Postgres
from ..adapters.rabbitmq import RabbitMQ
from ..jobs import pause
from ..messages import Message
from .tables import outbox

BATCH = 100

log = structlog.stdlib.get_logger(__name__)


async def run(adapters: Adapters, stopping: asyncio.Event) -> None:
    """Relays until `stopping` is set; any number of workers may do so at once."""
    attempt = 0
    while not stopping.is_set():
        try:
            full = await relay(adapters) == BATCH
            attempt = 0
        except Exception as error:  # whatever it is, the next messages must not wait for ever
            known = isinstance(error, Unavailable)
            log.warning("The outbox waits", reason=str(error), exc_info=not known)
            full, attempt = False, attempt + 1
        if not full:
            await pause(stopping, attempt)


async def relay(adapters: Adapters) -> int:
    """Publishes the oldest messages that no other worker is at, and returns how many.

    They leave the table once the broker keeps them; a death in between sends them again.
    """
    oldest = select(outbox).order_by(outbox.c.id).limit(BATCH).with_for_update(skip_locked=True)
    async with adapters[Postgres].transaction() as connection:
        rows = (await connection.execute(oldest)).all()
        results = await asyncio.gather(
            *(adapters[RabbitMQ].publish(_message(row)) for row in rows), return_exceptions=True
        )
        kept = [row.id for row, error in zip(rows, results, strict=True) if error is None]
        if kept:
            await connection.execute(delete(outbox).where(outbox.c.id.in_(kept)))
    for error in filter(None, results):
        raise error
    return len(kept)


def _message(row: Row[tuple[object, ...]]) -> Message:
    return Message(row.name, row.body, row.message_id, row.origin)
