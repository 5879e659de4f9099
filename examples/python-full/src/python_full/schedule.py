"""The work of the process `scheduler`: a tick at every full minute, which one scheduler of several gets."""

import asyncio
import time

import structlog
from prometheus_client import Counter
from structlog.contextvars import bound_contextvars

from . import discovery
from .adapters import Adapters, Unavailable
from .telemetry import tracer
from .turn import turn

PERIOD_SECONDS = 60

TICKS = Counter("ticks", "Ticks of the clock", ["outcome"])

log = structlog.stdlib.get_logger(__name__)


async def work(adapters: Adapters, stopping: asyncio.Event) -> None:
    """Ticks until `stopping` is set."""
    while True:
        number = int(time.time() // PERIOD_SECONDS) + 1
        try:
            async with asyncio.timeout(number * PERIOD_SECONDS - time.time()):
                await stopping.wait()
                return
        except TimeoutError:
            await tick(adapters, number, stopping)


async def tick(adapters: Adapters, number: int, stopping: asyncio.Event) -> None:
    """Runs `run(adapters)` of every feature's module `schedule`, unless another scheduler does.

    A tick that is missed, as in an outage, is not made up for: the next one is a minute away.
    """
    outcome = "failed"
    with tracer.start_as_current_span("tick"), bound_contextvars(tick=number):
        try:
            async with turn(adapters, number, stopping) as ours:
                outcome = await _run_jobs(adapters) if ours else "left to another"
                log.info("Tick", outcome=outcome)
        except Unavailable as error:
            log.warning("A tick was missed", reason=str(error))
        except Exception:
            log.exception("A tick failed")
        TICKS.labels(outcome).inc()


async def _run_jobs(adapters: Adapters) -> str:
    jobs = list(discovery.features("schedule"))
    for job in jobs:
        await job.run(adapters)
    return "done" if jobs else "nothing to do"
