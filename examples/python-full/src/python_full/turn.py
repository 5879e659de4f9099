"""Whose turn a tick is, where several schedulers run."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select

from .adapters import Adapters
from .adapters.postgres import Postgres

LOCK = 0x7469636B
"""The first half of the advisory locks that are turns; the tick's number is the other."""
SKEW_SECONDS = 10.0
"""How far the clocks of schedulers may be apart."""


@asynccontextmanager
async def turn(adapters: Adapters, tick: int, stopping: asyncio.Event) -> AsyncIterator[bool]:
    """Whether the tick is ours, which is so for one scheduler alone.

    It is kept a while after its work is done, for schedulers whose clocks are late.
    """
    locked = select(func.pg_try_advisory_xact_lock(LOCK, tick))
    async with adapters[Postgres].transaction(3 * SKEW_SECONDS) as connection:
        ours: bool = (await connection.execute(locked)).scalar_one()
        yield ours
        if ours:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SKEW_SECONDS):
                    await stopping.wait()
