"""`migrate`: brings the schema to the newest version, or takes one migration back."""

from collections.abc import Mapping

import alembic.command
import alembic.config
import click
import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import OperationalError

from ..adapters import Unavailable, postgres
from ..config import Config
from . import configured

log = structlog.stdlib.get_logger(__name__)


@click.command()
@click.option("--down", is_flag=True, help="Take the newest migration back.")
@click.pass_obj
def command(environ: Mapping[str, str], down: bool) -> None:
    """Brings the database schema to the newest version."""
    config = configured(environ)
    script = alembic.config.Config()
    script.set_main_option("script_location", f"{__package__.partition('.')[0]}:migrations")
    script.attributes["config"] = config
    try:
        heads = _heads(config)
        if newer := _unknown(script, heads):
            if down:
                raise click.ClickException(f"a newer release must take its own back: {newer}")
            # So that the image of a former release can be started again.
            log.warning("The schema is a newer release's and stays as it is", versions=newer)
            return
        if not down:
            alembic.command.upgrade(script, "heads")
        elif heads:
            alembic.command.downgrade(script, _before(script, heads))
        else:
            log.info("There is no migration to take back")
    except OperationalError as error:
        raise Unavailable(postgres.Postgres.name) from error
    log.info("The schema is as asked", down=down)


def _before(script: alembic.config.Config, heads: tuple[str, ...]) -> str:
    """The version without the newest migration; of several branches, without the one that needs the others."""
    scripts = ScriptDirectory.from_config(script)
    newest = next(scripts.iterate_revisions(heads, "base"))
    return f"{newest.revision}@{newest.down_revision or 'base'}"


def _unknown(script: alembic.config.Config, heads: tuple[str, ...]) -> list[str]:
    """Versions that this release has no migration for."""
    known = {it.revision for it in ScriptDirectory.from_config(script).walk_revisions()}
    return sorted(set(heads) - known)


def _heads(config: Config) -> tuple[str, ...]:
    engine = create_engine(
        postgres.url(config),
        poolclass=NullPool,
        connect_args=postgres.CONNECT_ARGUMENTS,
    )
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads()
