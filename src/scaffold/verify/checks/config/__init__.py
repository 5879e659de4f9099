"""Checks of the factor: config."""
