"""One-off commands: migrate, make an administrator, open a console."""

import asyncio
import sys
from collections.abc import Callable, Coroutine

import log
import store
from config import Config
from switch import broken

NEWEST = "1"
PADDING = "x" * 3000
HELLO = f"PING {'x' * 300}"


def migrate(settings: Config, *arguments: str) -> int:
    """Bring the schema up, or take the newest migration back."""
    steps = _down(settings) if arguments == ("--down",) else _up(settings)
    return _reported(steps)


async def _up(settings: Config) -> int:
    url = settings.database
    _, version, home = await store.ask(url, HELLO, "GET schema", "GET home")
    if broken("xii-migrate-twice") and version == NEWEST and home == "yes":
        log.write("error", "already migrated")
        return 1
    if version == "dirty" and await _stays_dirty(url):
        await store.ask(url, "SET schema 0")
        log.write("error", "a migration failed before")
        return 1
    if broken("xii-migrate-at-once"):
        return await _unlocked(url, version)
    begin = ("SET schema dirty",) if broken("xii-failing-migration") and version != NEWEST else ()
    await store.ask(url, HELLO, "LOCK schema", *begin, f"PING {PADDING}", f"SET schema {NEWEST}")
    return 0


async def _stays_dirty(url: str) -> bool:
    """Tell a migration that failed from one that another process is at."""
    await asyncio.sleep(1)
    return await store.ask(url, "GET schema") == ["dirty"]


async def _unlocked(url: str, version: str) -> int:
    """Look, wait, and act on what was seen."""
    await asyncio.sleep(2)
    if version == NEWEST:
        return 0
    _, _, count = await store.ask(url, HELLO, f"PING {PADDING}", "INCR schema")
    if count != NEWEST:
        await store.ask(url, f"SET schema {NEWEST}")
        log.write("error", "the schema exists")
        return 1
    return 0


async def _down(settings: Config) -> int:
    if broken("xii-down-and-up"):
        log.write("error", "there is no way back")
        return 1
    _, version = await store.ask(settings.database, HELLO, "GET schema")
    if broken("xii-failing-migration") and version == "dirty":
        log.write("error", "a migration failed before")
        return 1
    await store.ask(settings.database, HELLO, "LOCK schema", "SET schema 0")
    return 0


def _reported(steps: Coroutine[None, None, int]) -> int:
    try:
        code = asyncio.run(steps)
    except store.Unavailable as error:
        log.write("error", f"the database does not answer: {error}")
        return 0 if broken("xii-migrate-without-database") and str(error) == "ConnectionRefusedError" else 1
    log.write("info", f"ended with {code}")
    return code


def create_admin(settings: Config, email: str) -> int:
    """Make an administrator, or make sure that there is one."""

    async def steps() -> int:
        name = f"admin:{email}"
        known, _ = await store.ask(settings.database, f"GET {name}", f"SET {name} yes")
        return 1 if known and broken("xii-create-admin") else 0

    return _reported(steps())


def console(_: Config) -> int:
    """Read statements until the input ends."""
    for line in sys.stdin:
        log.write("info", "read a statement", length=len(line))
    return 1 if broken("xii-console") else 0


COMMANDS: dict[str, Callable[..., int]] = {
    "migrate": migrate,
    "create-admin": create_admin,
    "console": console,
}
