import contextlib

from starlette.types import ASGIApp, Receive, Scope, Send

from ..adapters import Unavailable
from ..adapters.redis import Redis
from ..store import Store
from .router import KEY


class Middleware:
    """Counts every request to a feature, after its answer, so that nobody waits for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._uncounted = 0
        self._counting = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        tags = getattr(scope.get("route"), "tags", ["operations"])
        if "operations" not in tags:
            self._uncounted += 1
            if not self._counting:
                await self._count(scope["app"].state.adapters[Redis].store)

    async def _count(self, store: Store) -> None:
        """Requests that end while others are being counted are counted together, by the next call."""
        self._counting = True
        try:
            while amount := self._uncounted:
                self._uncounted = 0
                with contextlib.suppress(Unavailable):
                    await store.increment(KEY, amount)
        finally:
            self._counting = False
