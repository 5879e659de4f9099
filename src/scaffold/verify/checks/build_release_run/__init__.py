"""Checks of the factor: build release run."""
