from sqlalchemy import Index

from ..orders.tables import orders

Index("ix_orders_pending", orders.c.created_at, postgresql_where=orders.c.status == "pending")
