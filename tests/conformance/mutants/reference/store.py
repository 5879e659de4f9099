"""A client of the tiny database: one connection for each question, every wait bounded."""

import asyncio
from urllib.parse import urlsplit

from switch import broken

TIMEOUT_SECONDS = 2.0
HASTY_SECONDS = 0.15


class Unavailable(Exception):  # noqa: N818 - a state
    """The database does not answer."""


async def ask(url: str, *questions: str) -> list[str]:
    """Ask on one connection, in order; locks that a question takes end with it.

    Raises:
        Unavailable: no answer within the timeout.
    """
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(HASTY_SECONDS if broken("iv-slow") else TIMEOUT_SECONDS):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            try:
                answers = []
                for question in questions:
                    writer.write(f"{question}\n".encode())
                    answers.append((await reader.readuntil()).decode().strip())
                return answers
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise Unavailable(type(error).__name__) from error


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
