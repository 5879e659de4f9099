"""A service of the standard library that keeps every promise, but for the one that `--break` names."""

import asyncio
import sys
import time

import config
import log
import switch
from app import App
from server import Server

BAD_CONFIGURATION = 78


def main() -> int:
    """Run one process type or one-off command."""
    default_port, name, *_ = switch.take(sys.argv[1:])
    if switch.broken("iii-fails-fast"):
        time.sleep(2.5)
    try:
        settings = config.read(int(default_port))
    except config.Faults as faults:
        return refuse(faults)
    log.threshold = settings.level
    return COMMANDS[name](settings)


def refuse(faults: config.Faults) -> int:
    """Name every fault in one line."""
    if switch.broken("xi-start-failure"):
        log.stray(f"invalid configuration: {faults}")
    else:
        log.write("error", f"invalid configuration: {faults}", faults=faults.faults)
    return BAD_CONFIGURATION


def web(settings: config.Config) -> int:
    """Serve HTTP."""

    async def serve() -> int:
        return await Server(App(settings)).serve()

    try:
        return asyncio.run(serve())
    except OSError as error:
        log.write("error", f"port {settings.port} cannot be listened on: {error.strerror}")
        return 1


COMMANDS = {"web": web, "worker": web}

sys.exit(main())
