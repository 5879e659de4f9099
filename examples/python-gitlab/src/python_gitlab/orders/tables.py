from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
    text,
)

from ..adapters.postgres import METADATA

orders = Table(
    "orders",
    METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("item", Text, nullable=False),
    Column("quantity", Integer, CheckConstraint("quantity > 0", "positive"), nullable=False),
    Column("status", Text, nullable=False),
    Column("idempotency_key", Text, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "created_at", "id"),
)
