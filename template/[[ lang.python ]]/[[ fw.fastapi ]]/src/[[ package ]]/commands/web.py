"""`web`: serves HTTP until a signal ends it."""

from collections.abc import Mapping

import click

from .. import server
from ..app import create_app
from . import configured


@click.command()
@click.pass_obj
def command(environ: Mapping[str, str]) -> None:
    """Serves HTTP."""
    server.run(configured(environ), "web", create_app)
