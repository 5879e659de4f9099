"""Checks of the factor: api."""
