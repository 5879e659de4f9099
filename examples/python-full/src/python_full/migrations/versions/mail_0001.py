"""Addresses of orders."""

import sqlalchemy as sa
from alembic import op

revision = "mail_0001"
down_revision = None
branch_labels = ("mail",)
depends_on = "0002"


def upgrade() -> None:
    op.add_column("orders", sa.Column("email", sa.Text))


def downgrade() -> None:
    op.drop_column("orders", "email")
