"""Checks of the factor: codebase."""
