"""Checks of the factor: dependencies."""
