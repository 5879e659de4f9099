"""`web`: serves HTTP until a signal ends it."""

from collections.abc import Mapping

import click

from . import configured


@click.command()
@click.pass_obj
def command(environ: Mapping[str, str]) -> None:
    """Serves HTTP."""
    config = configured(environ)
    # Bad configuration is told of before these are loaded, which takes longest.
    from .. import server
    from ..app import create_app

    server.run(config, "web", create_app)
