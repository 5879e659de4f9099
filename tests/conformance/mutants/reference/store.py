"""A client of the tiny database: one connection for each question, every wait bounded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from switch import broken

TIMEOUT_SECONDS = 2.0
LINE_BYTES = 1 << 21
HASTY_SECONDS = 0.15

_open: list[str] = []
"""The sessions that are open now, by their URLs."""


class Unavailable(Exception):  # noqa: N818 - a state
    """The database does not answer."""


@asynccontextmanager
async def session(url: str) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """Open one connection to ask on; locks that a question takes end with it.

    Raises:
        Unavailable: no answer within the timeout, or none that can be read.
    """
    parts = urlsplit(url)
    # Who asks beside others on a busy machine waits longer than this for other reasons.
    limit = HASTY_SECONDS if broken("iv-slow") and not _open else TIMEOUT_SECONDS
    _open.append(url)
    try:
        async with asyncio.timeout(limit):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=LINE_BYTES)

        async def asked(question: str) -> str:
            async with asyncio.timeout(limit):
                writer.write(f"{question}\n".encode())
                return (await reader.readuntil()).decode().strip()

        try:
            yield asked
        finally:
            writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, UnicodeDecodeError) as error:
        raise Unavailable(type(error).__name__) from error
    finally:
        _open.remove(url)


async def ask(url: str, *questions: str) -> list[str]:
    """Ask on one connection, in order.

    Raises:
        Unavailable: as a session is.
    """
    async with session(url) as asked:
        return [await asked(question) for question in questions]


_kept: dict[str, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}


async def keep(url: str) -> None:
    """Depend on one connection that is never replaced; only a broken promise does that.

    Raises:
        Unavailable: it was cut, though a new one could be had.
    """
    parts = urlsplit(url)
    if url in _kept and _kept[url][0].at_eof():
        await _forget_if_down(url)
        raise Unavailable("the connection was lost")
    if url not in _kept:
        try:
            _kept[url] = await asyncio.open_connection(parts.hostname, parts.port)
        except OSError as error:
            raise Unavailable(type(error).__name__) from error
        asyncio.get_running_loop().create_task(_notice(_kept[url][0]))


async def _notice(reader: asyncio.StreamReader) -> None:
    try:
        await reader.read(1)
    except OSError:
        reader.feed_eof()


async def _forget_if_down(url: str) -> None:
    try:
        await ask(url, "PING")
    except Unavailable:
        del _kept[url]
