"""How Alembic runs here: all migrations in one transaction, and one process at a time."""

import os

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from python_gitlab import discovery
from python_gitlab.adapters import postgres
from python_gitlab.config import load

LOCK = 0x6D696772617465
"""The advisory lock of all processes that migrate this database."""
LOCK_TIMEOUT = "60s"

# Each feature adds its tables to the metadata as it is imported.
list(discovery.features("tables"))

config = context.config.attributes.get("config") or load(os.environ)
engine = create_engine(
    postgres.url(config),
    poolclass=NullPool,
    hide_parameters=True,
    connect_args=postgres.CONNECT_ARGUMENTS,
)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=postgres.METADATA)
    with context.begin_transaction():
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()
