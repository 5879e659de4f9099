"""Pending orders by age."""

import sqlalchemy as sa
from alembic import op

revision = "expiry_0001"
down_revision = None
branch_labels = ("expiry",)
depends_on = "0002"


def upgrade() -> None:
    op.create_index(
        "ix_orders_pending",
        "orders",
        ["created_at"],
        postgresql_where=sa.text("status = 'pending'"),
    )


def downgrade() -> None:
    op.drop_index("ix_orders_pending", "orders")
