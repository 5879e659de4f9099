"""Checks of the factor: disposability."""
