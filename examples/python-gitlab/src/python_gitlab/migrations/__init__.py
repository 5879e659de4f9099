"""Migrations of the database schema, for Alembic; each has a way back."""
