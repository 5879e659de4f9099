"""Checks of the factor: security."""
