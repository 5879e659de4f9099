"""Routes, probes and metrics."""

import asyncio
import json
import re
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import log
import store
from config import Config
from http11 import Message, Refused, Reply, problem
from openapi import DOCUMENT
from switch import broken
from telemetry import Tracer

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
BUCKETS = (0.01, 0.1, 1.0)


@dataclass
class App:
    """The service, without its sockets."""

    config: Config
    draining: bool = False
    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    seconds: float = 0.0
    tracer: Tracer = field(default_factory=Tracer)

    async def answer(self, message: Message, body: Callable[[], Awaitable[bytes]]) -> Reply:
        """Answer one request, whatever happens, and log it."""
        begun = time.monotonic()
        request_id = self._request_id(message)
        trace = self.tracer.begin(message.headers.get("traceparent", ""))
        route = self._route(message.path)
        try:
            reply = await self._dispatch(route, message, body)
        except Refused as refused:
            reply = problem(refused.status, refused.detail, **refused.headers)
        except store.Unavailable:
            reply = problem(503, "a backing service does not answer", **{"Retry-After": "1"})
        except Exception as error:
            log.write("error", "a request failed", error=repr(error), request_id=request_id)
            reply = problem(500, "an error inside the service")
        reply.headers["X-Request-ID"] = request_id
        spent = time.monotonic() - begun
        self._account(message, route, reply, spent, {"request_id": request_id, "trace_id": trace})
        return reply

    def only_probed(self) -> bool:
        """Tell whether nobody asked for more than readiness."""
        return all(route == "/readyz" for _, route, _ in self.counts)

    def _account(self, message: Message, route: str, reply: Reply, spent: float, ids: dict[str, str]) -> None:
        method = message.method if message.method in METHODS else "other"
        self.counts[method, route, reply.status] += 1
        self.seconds += spent
        facts = {"method": message.method, "route": route, "status": reply.status}
        log.write("info", "request", **facts, duration_ms=round(spent * 1000, 3), **ids)
        self.tracer.end(self.config.collector, f"{message.method} {route}", ids["trace_id"])

    def _request_id(self, message: Message) -> str:
        given = message.headers.get("x-request-id", "")
        return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(16)

    def _route(self, path: str) -> str:
        if path in ROUTES:
            return path
        return "/items/{id}" if re.fullmatch(r"/items/[^/]+", path) else "unmatched"

    async def _dispatch(self, route: str, message: Message, body: Callable[[], Awaitable[bytes]]) -> Reply:
        methods = ROUTES.get(route)
        if self.draining and route == "/hello" and message.method == "GET" and broken("ix-drain-delay"):
            raise Refused(503, "draining")
        if message.path == "/no-such-route" and broken("api-unknown-route"):
            return Reply(404, b"Not Found", "text/plain")
        if methods is None:
            raise Refused(404, "there is no such route")
        if message.method not in methods:
            allowed = {} if broken("api-wrong-method") else {"Allow": ", ".join(methods)}
            raise Refused(405, "the route has no such method", **allowed)
        message.body = await body()
        return await methods[message.method](self, message)


def as_json(document: object, status: int = 200, **headers: str) -> Reply:
    """Answer with a JSON document."""
    return Reply(status, json.dumps(document).encode(), headers=headers)


async def livez(app: App, _: Message) -> Reply:
    """Alive, whatever the backing services do."""
    del app
    return as_json({"status": "ok"})


async def readyz(app: App, _: Message) -> Reply:
    """Ready unless the drain has begun or the database is down; a lost cache is only told."""
    database, cache = await asyncio.gather(state(app.config.database), state(app.config.cache))
    checks = {"database": database, "cache": cache.replace("down", "degraded")}
    ready = database == "ok" and not (app.draining and not broken("ix-readiness-503"))
    return as_json({"status": "ready" if ready else "unready", "checks": checks}, 200 if ready else 503)


async def state(url: str) -> str:
    """Ask a backing service for a sign of life."""
    if not url:
        return "absent"
    try:
        await store.ask(url, "PING")
    except store.Unavailable:
        return "down"
    return "ok"


async def version(app: App, _: Message) -> Reply:
    """Say what runs."""
    return as_json({"name": log.NAME, "version": log.VERSION, "revision": app.config.revision})


async def openapi(_: App, __: Message) -> Reply:
    """Describe the routes."""
    return as_json(DOCUMENT)


async def metrics(app: App, _: Message) -> Reply:
    """Count requests in Prometheus' text format."""
    lines = ["# TYPE http_requests_total counter"]
    for (method, route, status), count in sorted(app.counts.items()):
        lines.append(f'http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}')
    total = sum(app.counts.values())
    lines.append("# TYPE http_request_duration_seconds histogram")
    lines += [f'http_request_duration_seconds_bucket{{le="{bound}"}} {total}' for bound in (*BUCKETS, "+Inf")]
    lines += [
        f"http_request_duration_seconds_sum {app.seconds}",
        f"http_request_duration_seconds_count {total}",
    ]
    return Reply(200, "\n".join([*lines, ""]).encode(), "text/plain; version=0.0.4")


async def greet(_: App, message: Message) -> Reply:
    """Greet whoever the body names."""
    try:
        name = json.loads(message.body)["name"]
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(422, "the body must be an object with a `name`") from error
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise Refused(422, "`name` must be a text of 1 to 100 characters")
    return as_json({"message": f"Hello, {name}"})


async def hello(_: App, __: Message) -> Reply:
    """Greet the world."""
    return as_json({"message": "Hello"})


Route = dict[str, Callable[[App, Message], Awaitable[Reply]]]
ROUTES: dict[str, Route] = {
    "/livez": {"GET": livez},
    "/readyz": {"GET": readyz},
    "/version": {"GET": version},
    "/metrics": {"GET": metrics},
    "/openapi.json": {"GET": openapi},
    "/hello": {"GET": hello, "POST": greet},
}
