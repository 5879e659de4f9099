"""Users of the service."""
