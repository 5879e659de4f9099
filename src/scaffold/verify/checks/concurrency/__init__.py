"""Checks of the factor: concurrency."""
