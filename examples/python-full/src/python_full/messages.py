"""Messages: what has happened or is to be done, and the request and trace that it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.contextvars import get_contextvars

TRACE_CONTEXT = TraceContextTextMapPropagator()


def origin() -> dict[str, str]:
    """The present request and trace, in the form in which they travel: `request_id`, `traceparent`."""
    carrier: dict[str, str] = {}
    TRACE_CONTEXT.inject(carrier)
    if request_id := get_contextvars().get("request_id"):
        carrier["request_id"] = request_id
    return carrier


@dataclass(frozen=True)
class Message:
    """`name` says which handler gets it, `body` is JSON, and `id` stays when it is sent again."""

    name: str
    body: Mapping[str, Any]
    id: str = field(default_factory=lambda: str(uuid4()))
    origin: Mapping[str, str] = field(default_factory=origin)

    @property
    def trace(self) -> Context:
        """The trace that it comes from, as the parent of what is done with it."""
        return TRACE_CONTEXT.extract(self.origin, Context())
