"""Checks of the factor: backing services."""
