"""`create-admin`: adds an administrator."""

import asyncio
import re
from collections.abc import Mapping

import click
import structlog

from .. import adapters
from ..adapters.postgres import Postgres
from ..config import Config
from ..users.repository import PostgresUsers
from . import configured

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")

log = structlog.stdlib.get_logger(__name__)


@click.command()
@click.argument("email")
@click.pass_obj
def command(environ: Mapping[str, str], email: str) -> None:
    """Adds an administrator or makes an existing user one."""
    if not EMAIL.fullmatch(email):
        raise click.BadParameter("must be an e-mail address", param_hint="EMAIL")
    asyncio.run(create_admin(configured(environ), email.lower()))


async def create_admin(config: Config, email: str) -> None:
    # The clients of other services take longer to load than this command to run.
    async with adapters.opened(config, Postgres.name) as opened:
        id = await PostgresUsers(opened[Postgres]).make_admin(email)
    log.info("The user is an administrator", user_id=str(id))
