from sqlalchemy import Boolean, Column, DateTime, Table, Text, Uuid, false, func, text

from ..adapters.postgres import METADATA

users = Table(
    "users",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("email", Text, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("is_admin", Boolean, nullable=False, server_default=false()),
)
