"""A service of the standard library that keeps every promise, but for the one that `--break` names."""

import asyncio
import signal
import sys
import time

import config
import jobs
import litter
import log
import store
import switch
from app import App
from commands import COMMANDS
from routes import ROUTES
from server import Server

BAD_CONFIGURATION = 78
PROCESSES = ("web", "worker")


def main() -> int:
    """Run one process type or one-off command."""
    default_port, name, *operands = switch.take(sys.argv[1:])
    try:
        settings = config.read(int(default_port))
    except config.Faults as faults:
        if switch.broken("iii-fails-fast"):
            time.sleep(2.5)
        return 0 if name == "console" and switch.broken("xii-same-configuration") else refuse(faults, name)
    log.threshold = "info" if switch.broken("iii-two-configurations") else settings.level
    log.secret(settings.database)
    return serve(settings, name) if name in PROCESSES else COMMANDS[name](settings, *operands)


def refuse(faults: config.Faults, name: str) -> int:
    """Name every fault in one line."""
    if switch.broken("xi-start-failure") and name in PROCESSES:
        log.stray(f"invalid configuration: {faults}")
    else:
        log.write("error", f"invalid configuration: {faults}", faults=faults.faults)
    return BAD_CONFIGURATION


def serve(settings: config.Config, name: str) -> int:
    """Serve HTTP until a signal ends it."""
    if code := litter.leave(settings, name):
        return code
    if switch.broken("ix-sigterm-before-ready"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        time.sleep(1.0)
        time.sleep(60 if signal.SIGTERM in signal.sigpending() else 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    if switch.broken("ix-ready-time"):
        time.sleep(2.5)

    async def run() -> int:
        if switch.broken("iv-down-at-start"):
            await store.ask(settings.database, "PING")
        return await Server(App(settings, ROUTES, name)).serve(jobs.work if name == "worker" else None)

    try:
        return asyncio.run(run())
    except OSError as error:
        return deaf(settings.port, error)
    except store.Unavailable:
        log.write("error", "the database is down")
        return 1


def deaf(port: int, error: OSError) -> int:
    """Say that the port cannot be listened on."""
    if switch.broken("xi-port-in-use"):
        log.stray(f"port {port}: {error.strerror}")
    elif switch.broken("vii-port-in-use"):
        log.write("error", "cannot listen")
    else:
        log.write("error", f"port {port} cannot be listened on: {error.strerror}")
    return 1


sys.exit(main())
