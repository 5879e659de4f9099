"""Checks of the factor: logs."""
