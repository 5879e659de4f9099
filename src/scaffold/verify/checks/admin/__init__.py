"""Checks of the factor: admin."""
