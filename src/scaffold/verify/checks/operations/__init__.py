"""Checks of the factor: operations."""
