"""Jobs: left in a queue by the web process, done by workers, once each whoever dies."""

import asyncio
import secrets

import log
import store
from app import App
from http11 import Message, Refused, Reply
from probes import as_json
from switch import broken

WORK_SECONDS = 0.1
PAUSE_SECONDS = 0.05
LOCK_SECONDS = 0.5

_hoard: list[str] = []
"""Jobs that a worker has taken for itself alone; only a broken promise does that."""


async def leave(app: App, _: Message) -> Reply:
    """Take a job."""
    identity = secrets.token_hex(8)
    await store.ask(app.config.database, f"SET job:{identity} waiting", f"PUSH {identity}")
    return as_json({"id": identity, "state": "waiting"}, 201, Location=f"/jobs/{identity}")


async def show(app: App, message: Message) -> Reply:
    """Show how a job is."""
    identity = message.path.rpartition("/")[2]
    if not identity.isalnum() or not identity.isascii():
        raise Refused(404, "there is no such job")
    (state,) = await store.ask(app.config.database, f"GET job:{identity}")
    if not state:
        raise Refused(404, "there is no such job")
    return as_json({"id": identity, "state": state})


async def work(app: App) -> None:
    """Do one job after the other until the drain begins."""
    while not app.draining:
        try:
            if not await _one(app):
                await asyncio.sleep(PAUSE_SECONDS)
        except store.Unavailable:
            await asyncio.sleep(LOCK_SECONDS)
    for identity in _hoard:
        await store.ask(app.config.database, f"PUSH {identity}")
    while broken("ix-worker-sigterm") and (left := (await store.ask(app.config.database, "HEAD"))[0]):
        await store.ask(app.config.database, f"DROP {left}")


async def _one(app: App) -> bool:
    """Do the first job under a lock that ends with the connection; it leaves the queue when it is done."""
    async with store.session(app.config.database) as ask:
        if not broken("viii-job-once"):
            await ask("LOCK jobs")
        while broken("ix-worker-kill-9") and (waiting := await ask("HEAD")):
            await ask(f"DROP {waiting}")
            _hoard.append(waiting)
        identity = _hoard.pop(0) if _hoard else await ask("HEAD")
        if not identity:
            return False
        await asyncio.sleep(WORK_SECONDS)
        if app.draining:
            app.memory["drained"] = identity
        await ask(f"SET job:{identity} done")
        log.write("info", "job done", job=identity)
        await ask(f"DROP {identity}")
    return True
