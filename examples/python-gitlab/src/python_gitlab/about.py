"""What this service is called, which version it is, and what it does."""

from importlib.metadata import version

NAME = "python-gitlab"
VERSION = version("python-gitlab")
DESCRIPTION = "An example of the golden path"  # fmt: skip
