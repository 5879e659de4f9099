"""Checks of the factor: parity."""
