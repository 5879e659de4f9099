"""`scheduler`: starts jobs by the clock until a signal ends it."""

from collections.abc import Mapping

import click

from . import configured


@click.command()
@click.pass_obj
def command(environ: Mapping[str, str]) -> None:
    """Starts jobs by the clock."""
    config = configured(environ)
    # Bad configuration is told of before these are loaded, which takes longest.
    from .. import server
    from ..app import probe_app
    from ..schedule import work

    server.run(config, "scheduler", probe_app, work)
