import contextlib

from starlette.types import ASGIApp, Receive, Scope, Send

from ..adapters import Unavailable
from ..adapters.redis import Redis
from .router import KEY


class Middleware:
    """Counts every request to a feature, after its answer, so that nobody waits for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        tags = getattr(scope.get("route"), "tags", ["operations"])
        if "operations" not in tags:
            with contextlib.suppress(Unavailable):
                await scope["app"].state.adapters[Redis].store.increment(KEY)
