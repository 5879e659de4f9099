"""The service python-bare."""
