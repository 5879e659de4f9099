"""The service python-gitlab."""
