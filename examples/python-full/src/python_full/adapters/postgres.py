"""PostgreSQL by SQLAlchemy and psycopg."""

import asyncio
import select
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import URL, Executable, MetaData, Row, event, make_url, text
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ..about import NAME
from ..config import Config
from ..config.postgres import Settings
from ..telemetry import start_span
from . import Readiness, Unavailable

CONNECT_SECONDS = 5
CALL_SECONDS = 5.0
PING_SECONDS = 1.5
CANCEL_SECONDS = 0.5

ATTRIBUTES = {"db.system.name": "postgresql"}
OUTAGES = (OperationalError, InterfaceError, TimeoutError)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables; a feature declares its own in a module `tables`."""


CONNECT_ARGUMENTS: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "application_name": NAME,
}


def url(config: Config) -> URL:
    """The configured database, by the driver that this service uses."""
    return make_url(str(config[Settings].database_url)).set(drivername="postgresql+psycopg")


class Postgres:
    """A pool of connections; it opens them when they are needed and replaces broken ones."""

    name = "postgres"
    readiness: Mapping[str, Readiness] = {
        "web": "required",
        "worker": "required",
        "scheduler": "required",
    }

    def __init__(self, engine: AsyncEngine, size: int) -> None:
        self._engine = engine
        # In turn: the pool gives a connection that comes back to whoever asks next, past those who wait.
        self._free = asyncio.Semaphore(size)
        self._transactional = engine.execution_options(isolation_level="READ COMMITTED")

    async def execute(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        """Rows of one statement, which is a transaction of its own; raises `Unavailable` in an outage.

        This asks the server once, a transaction with one statement three times.
        """
        async with (
            self._call("postgres statement", CALL_SECONDS),
            self._engine.connect() as connection,
        ):
            return (await connection.execute(statement, parameters)).all()

    @asynccontextmanager
    async def transaction(self, seconds: float = CALL_SECONDS) -> AsyncIterator[AsyncConnection]:
        """Commits at the end of the block, or undoes all of it; raises `Unavailable` in an outage."""
        async with (
            self._call("postgres transaction", seconds),
            self._transactional.begin() as connection,
        ):
            yield connection

    @asynccontextmanager
    async def _call(self, name: str, seconds: float) -> AsyncIterator[None]:
        """Waits for its turn and bounds what follows; tells of an outage by `Unavailable`.

        At a first cancellation psycopg asks the server to give the query up and waits for that; a
        second one closes the connection, also when the server hangs.
        """
        span = start_span(name, SpanKind.CLIENT, ATTRIBUTES)
        try:
            async with (
                asyncio.timeout(seconds),
                asyncio.timeout(seconds - CANCEL_SECONDS),
                self._free,
            ):
                yield
        except Exception as error:
            span.record_exception(error)
            span.set_status(StatusCode.ERROR)
            if isinstance(error, OUTAGES):
                raise Unavailable(self.name) from error
            raise
        finally:
            span.end()

    async def ping(self) -> None:
        async with self._call("postgres ping", PING_SECONDS), self._engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self._engine.dispose()


async def open(config: Config) -> Postgres:
    size = config[Settings].database_pool_size
    engine = create_async_engine(
        url(config),
        pool_size=size,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        hide_parameters=True,
        connect_args=CONNECT_ARGUMENTS,
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return Postgres(engine, size)


def _refuse_closed(connection: Any, *_: object) -> None:
    """Lets the pool replace connections that the server has closed, without a round trip to find out.

    An idle connection has nothing to say: where there is something to read, it is the end.
    """
    driver = connection.driver_connection
    waiting = select.poll()
    if not driver.closed:
        waiting.register(driver, select.POLLIN)
    if driver.closed or waiting.poll(0):
        raise InvalidatePoolError
