import asyncio
import os
import time
from collections.abc import AsyncIterator
from functools import partial

import pytest
from click import ClickException
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from python_gitlab import config
from python_gitlab.adapters import Unavailable, postgres
from python_gitlab.commands import migrate

pytestmark = pytest.mark.integration


@pytest.fixture
async def database() -> AsyncIterator[postgres.Postgres]:
    """One connection, so that a second caller has to wait."""
    opened = await postgres.open(config.load(os.environ | {"DATABASE_POOL_SIZE": "1"}))
    yield opened
    await opened.close()


async def test_what_fails_half_way_leaves_nothing(database: postgres.Postgres) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("CREATE TEMPORARY TABLE half (way int UNIQUE)"))
    with pytest.raises(IntegrityError):
        async with database.transaction() as connection:
            await connection.execute(text("INSERT INTO half VALUES (1), (1)"))
    async with database.transaction() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM half"))).scalar_one() == 0


async def test_the_schema_of_a_newer_release_stays_as_it_is(database: postgres.Postgres) -> None:
    await database.execute(text("INSERT INTO alembic_version VALUES ('newer') RETURNING 1"))
    try:
        run = partial(migrate.command.main, standalone_mode=False, obj=os.environ)
        await asyncio.to_thread(run, [])
        with pytest.raises(ClickException):
            await asyncio.to_thread(run, ["--down"])
    finally:
        newer = "DELETE FROM alembic_version WHERE version_num = 'newer' RETURNING 1"
        assert len(await database.execute(text(newer))) == 1


async def test_a_connection_that_the_server_has_closed_is_replaced(
    database: postgres.Postgres,
) -> None:
    (former,) = await database.execute(text("SELECT pg_backend_pid() AS pid"))
    other = await postgres.open(config.load(os.environ))
    await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": former.pid})
    await other.close()
    (present,) = await database.execute(text("SELECT pg_backend_pid() AS pid"))
    assert present.pid != former.pid


async def test_no_free_connection_is_an_outage_in_bounded_time(database: postgres.Postgres) -> None:
    start = time.monotonic()
    async with database.transaction():
        with pytest.raises(Unavailable):
            async with database.transaction(1):
                raise AssertionError("there is no second connection")
    assert time.monotonic() - start < 4
    await database.ping()


async def test_who_waits_gets_the_connection_before_those_who_come_as_it_is_free(
    database: postgres.Postgres,
) -> None:
    served: list[str] = []

    async def ask(who: str) -> None:
        async with database.transaction():
            served.append(who)

    async def come() -> None:
        while not served:
            tasks.create_task(ask("later"))
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks, database.transaction():
        tasks.create_task(ask("waiting"))
        await asyncio.sleep(0.1)
        tasks.create_task(come())
    assert served[0] == "waiting"


async def test_a_statement_that_takes_too_long_is_an_outage(database: postgres.Postgres) -> None:
    start = time.monotonic()
    with pytest.raises(Unavailable):
        async with database.transaction(1) as connection:
            await connection.execute(text("SELECT pg_sleep(30)"))
    assert time.monotonic() - start < 4
    await database.ping()
