"""The service python-full."""
