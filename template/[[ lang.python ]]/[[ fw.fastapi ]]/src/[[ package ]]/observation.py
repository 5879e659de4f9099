"""What is seen of a request: its id, its trace, its line in the log, its metrics."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from functools import cache
from secrets import token_hex

import structlog
from opentelemetry import context
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

from . import problems
from .telemetry import start_span

REQUESTS = Counter("http_requests", "Requests answered", ["method", "route", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time to answer", ["method", "route"])
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
NO_ROUTE = "unmatched"
TRACE_CONTEXT = TraceContextTextMapPropagator()

log = structlog.stdlib.get_logger(__name__)


class Observation:
    """Surrounds every request; what `app` fails to handle is logged and answered with 500."""

    def __init__(self, app: ASGIApp, access_log: Callable[..., None]) -> None:
        self.app = app
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        exchange = _Exchange(scope, receive, send, request_id(headers))
        # uvicorn starts a pipelined request in the context of the one before.
        clear_contextvars()
        bind_contextvars(request_id=exchange.request_id)
        parent = Context()
        if b"traceparent" in headers:
            parent = TRACE_CONTEXT.extract(Headers(scope=scope), parent)
        span = start_span(exchange.method, SpanKind.SERVER, parent=parent)
        if span.get_span_context().is_valid:
            bind_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}")
        token = context.attach(set_span_in_context(span, parent))
        try:
            await self._answer(exchange)
        finally:
            self._record(exchange, span)
            context.detach(token)

    async def _answer(self, exchange: "_Exchange") -> None:
        try:
            await self.app(exchange.scope, exchange.receive, exchange.send)
        except Exception:
            log.exception("A request failed")
            await exchange.give_up(problems.respond(500))
        except asyncio.CancelledError:
            # The server cancels a request when the grace is over; nothing waits for this task.
            log.warning("A request was cut off by the shutdown")
            await exchange.give_up(problems.unavailable("shutting down"))

    def _record(self, exchange: "_Exchange", span: Span) -> None:
        seconds = time.perf_counter() - exchange.started
        method, route, status = exchange.method, exchange.route, exchange.status
        if span.is_recording():
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": status,
                }
            )
        span.end()
        requests, duration = _metrics(method, route, status)
        requests.inc()
        duration.observe(seconds)
        self._access_log(
            "Request",
            method=method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 3),
        )


@cache
def _metrics(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, str(status)), DURATION.labels(method, route)


def request_id(headers: Mapping[bytes, bytes]) -> str:
    """The caller's id when it is well-formed, else a new one."""
    given = headers.get(b"x-request-id", b"")
    return given.decode() if REQUEST_ID.fullmatch(given) else token_hex(16)


class _Exchange:
    """One request and what became of it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        self.scope = scope
        self.receive = receive
        self.request_id = request_id
        self.status = 0
        self.method: str = scope["method"]
        self.started = time.perf_counter()
        self._send = send

    @property
    def route(self) -> str:
        """The route's pattern: a path as it came would make metrics grow without end."""
        return getattr(self.scope.get("route"), "path", NO_ROUTE)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [
                *message["headers"],
                (b"x-request-id", self.request_id.encode()),
            ]
        await self._send(message)

    async def give_up(self, response: Response) -> None:
        """Answers with an error, unless an answer is under way already."""
        if not self.status:
            await response(self.scope, self.receive, self.send)
