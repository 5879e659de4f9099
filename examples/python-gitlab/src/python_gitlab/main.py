"""The command line: `python -m <package> VERB`."""

import os
import pkgutil
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import FrameType
from typing import NoReturn

import click
import structlog

from . import commands, logging
from .about import DESCRIPTION
from .adapters import Unavailable
from .config import ConfigError

log = structlog.stdlib.get_logger(__name__)


class Verbs(click.Group):
    """Every module of `commands` is a verb; it is imported when its verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click calls it so
        return [module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


def main() -> None:
    sys.exit(run(sys.argv[1:], os.environ))


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs one verb and returns its exit code: 78 for bad configuration, 69 for an outage."""
    logging.configure()
    # As process 1 of a container there is no default action that would end the process.
    signal.signal(signal.SIGTERM, _terminate)
    verbs = Verbs(help=DESCRIPTION)
    try:
        verbs.main(args=list(argv), prog_name=f"python -m {__package__}", obj=environ)
    except ConfigError as error:
        faults = [fault._asdict() for fault in error.faults]
        log.error("The configuration has faults", faults=faults)
        return os.EX_CONFIG
    except Unavailable as error:
        log.error(str(error), reason=str(error.__cause__))
        return os.EX_UNAVAILABLE
    return 0


def _terminate(signum: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + signum)
