"""Checks of the factor: port binding."""
