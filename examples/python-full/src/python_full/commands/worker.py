"""`worker`: works on messages until a signal ends it."""

from collections.abc import Mapping

import click

from . import configured


@click.command()
@click.pass_obj
def command(environ: Mapping[str, str]) -> None:
    """Works on messages."""
    config = configured(environ)
    # Bad configuration is told of before these are loaded, which takes longest.
    from .. import server
    from ..app import probe_app
    from ..worker import work

    server.run(config, "worker", probe_app, work)
