"""Checks of the factor: processes."""
