"""What is seen of a request: its id, its trace, its line in the log, its metrics."""

import asyncio
import re
import time
from uuid import uuid4

import structlog
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

from . import problems
from .telemetry import tracer

REQUESTS = Counter("http_requests", "Requests answered", ["method", "route", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time to answer", ["method", "route"])
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
NO_ROUTE = "unmatched"
TRACE_CONTEXT = TraceContextTextMapPropagator()

log = structlog.stdlib.get_logger(__name__)


class Observation:
    """Surrounds every request; what `app` fails to handle is logged and answered with 500."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # uvicorn starts a pipelined request in the context of the one before.
        clear_contextvars()
        parent = Context()
        if "traceparent" in headers:
            parent = TRACE_CONTEXT.extract(headers, parent)
        with tracer.start_as_current_span(scope["method"], parent, SpanKind.SERVER) as span:
            exchange = _Exchange(scope, receive, send, request_id(headers))
            bind_contextvars(request_id=exchange.request_id)
            if span.get_span_context().is_valid:
                bind_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}")
            try:
                await self._answer(exchange)
            finally:
                span.update_name(f"{exchange.method} {exchange.route}")
                span.set_attributes(exchange.attributes())
                exchange.record()

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


def request_id(headers: Headers) -> str:
    """The caller's id when it is well-formed, else a new one."""
    given = headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else str(uuid4())


class _Exchange:
    """One request and what became of it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        self.scope = scope
        self.receive = receive
        self.request_id = request_id
        self.status = 0
        self.method: str = scope["method"]
        self._send = send
        self._started = time.perf_counter()

    @property
    def route(self) -> str:
        """The route's pattern: a path as it came would make metrics grow without end."""
        return getattr(self.scope.get("route"), "path", NO_ROUTE)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            header = (b"x-request-id", self.request_id.encode())
            message["headers"] = [*message["headers"], header]
        await self._send(message)

    async def give_up(self, response: Response) -> None:
        """Answers with an error, unless an answer is under way already."""
        if not self.status:
            await response(self.scope, self.receive, self.send)

    def attributes(self) -> dict[str, str | int]:
        return {
            "http.request.method": self.method,
            "http.route": self.route,
            "http.response.status_code": self.status,
        }

    def record(self) -> None:
        seconds = time.perf_counter() - self._started
        REQUESTS.labels(self.method, self.route, str(self.status)).inc()
        DURATION.labels(self.method, self.route).observe(seconds)
        log.info(
            "Request",
            method=self.method,
            route=self.route,
            status=self.status,
            duration_ms=round(seconds * 1000, 3),
        )
