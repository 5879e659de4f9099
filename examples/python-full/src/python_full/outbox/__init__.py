"""Messages that are committed with what they tell of, and published from there by the worker.

Without that a process that dies between its commit and the broker would lose one.
"""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from ..messages import Message
from .tables import outbox


async def add(connection: AsyncConnection, message: Message) -> None:
    """Adds a message to the transaction; it is published after the commit, at least once."""
    await connection.execute(
        insert(outbox).values(
            message_id=message.id, name=message.name, body=message.body, origin=message.origin
        )
    )
