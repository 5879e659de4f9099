"""Verbs of the command line: each module here is one, and offers it as `command`."""

from collections.abc import Mapping

from .. import logging
from ..config import Common, Config, load


def configured(environ: Mapping[str, str]) -> Config:
    """The configuration of one run, whose log variables take effect from here on."""
    config = load(environ)
    logging.configure(config[Common].log_level, config[Common].log_format)
    return config
