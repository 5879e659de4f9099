"""A client of the tiny database: one connection for each question, every wait bounded."""

import asyncio
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 1.0


class Unavailable(Exception):  # noqa: N818 - a state
    """The database does not answer."""


async def ask(url: str, *questions: str) -> list[str]:
    """Ask on one connection, in order; locks that a question takes end with it.

    Raises:
        Unavailable: no answer within the timeout.
    """
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
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
