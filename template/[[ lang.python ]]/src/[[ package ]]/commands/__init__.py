"""Verbs of the command line: each module here is one, and offers it as `command`."""
