"""Readiness: the pings of all adapters, weighed by what this process needs."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Literal

import structlog

from .adapters import Adapter, Adapters

PING_SECONDS = 2.0
FRESH_SECONDS = 0.5

State = Literal["ok", "degraded", "down"]

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Report:
    ready: bool
    checks: dict[str, State]


@dataclass
class Health:
    """Whether `process` can do its work; `draining` is set when it has been told to stop."""

    adapters: Adapters
    process: str
    draining: bool = False
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _checked: float = float("-inf")
    _checks: dict[str, State] = field(default_factory=dict)

    async def report(self) -> Report:
        """The present state; however often it is asked, pings are rare and run side by side."""
        async with self._lock:
            if time.monotonic() - self._checked > FRESH_SECONDS:
                self._checks = await self._check()
                self._checked = time.monotonic()
        ready = not self.draining and "down" not in self._checks.values()
        return Report(ready, self._checks)

    async def _check(self) -> dict[str, State]:
        adapters = list(self.adapters)
        states = await asyncio.gather(*(self._state(adapter) for adapter in adapters))
        return {adapter.name: state for adapter, state in zip(adapters, states, strict=True)}

    async def _state(self, adapter: Adapter) -> State:
        try:
            async with asyncio.timeout(PING_SECONDS):
                await adapter.ping()
        except Exception as error:  # whatever is wrong with it, it is not there
            reason = type(error.__cause__ or error).__name__
            log.warning("A ping failed", dependency=adapter.name, reason=reason)
            return "down" if adapter.readiness[self.process] == "required" else "degraded"
        return "ok"
