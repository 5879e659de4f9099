from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from ..adapters.postgres import Postgres
from .tables import users


@dataclass(frozen=True)
class PostgresUsers:
    """Users in PostgreSQL."""

    postgres: Postgres

    async def make_admin(self, email: str) -> UUID:
        """Adds an administrator, or makes an existing user one; returns the user's id."""
        statement = (
            insert(users)
            .values(email=email, is_admin=True)
            .on_conflict_do_update(index_elements=[users.c.email], set_={"is_admin": True})
            .returning(users.c.id)
        )
        async with self.postgres.transaction() as connection:
            id: UUID = (await connection.execute(statement)).scalar_one()
        return id
