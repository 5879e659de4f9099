"""Requests: answered whatever happens, counted, logged."""

import asyncio
import os
import re
import secrets
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import log
import store
from config import Config
from http11 import Message, Refused, Reply, problem
from switch import broken
from telemetry import Tracer

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
Body = Callable[[], Awaitable[bytes]]
Handler = Callable[["App", Message], Awaitable[Reply]]
Routes = dict[str, dict[str, Handler]]


@dataclass
class App:
    """The service, without its sockets."""

    config: Config
    routes: Routes
    process: str
    draining: bool = False
    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    seconds: float = 0.0
    tracer: Tracer = field(default_factory=Tracer)
    memory: dict[str, str] = field(default_factory=dict)
    """What only a broken promise keeps in the process."""

    async def answer(self, message: Message, body: Body) -> Reply:
        """Answer one request, whatever happens, and log it."""
        begun = time.monotonic()
        request_id = self._request_id(message)
        trace = self.tracer.begin(message.headers.get("traceparent", ""))
        route = self._route(message.path)
        try:
            reply = await self._dispatch(route, message, body)
        except Refused as refused:
            reply = problem(refused.status, refused.detail, **refused.headers)
        except store.Unavailable as error:
            reply = self._unavailable(error)
        except Exception as error:
            log.write("error", "a request failed", error=repr(error), request_id=request_id)
            reply = problem(500, "an error inside the service")
        if request_id:
            reply.headers["X-Request-ID"] = request_id
        if broken("iii-undeclared-variables") and "DEBUG" in os.environ:
            reply.headers["X-Debug"] = "on"
        spent = time.monotonic() - begun
        self._account(message, route, reply.status, spent)
        self._log(message, route, reply.status, spent, {"request_id": request_id, "trace_id": trace})
        self.tracer.end(self.config.collector, f"{message.method} {route}", trace)
        await self.tracer.settle()
        return reply

    def only_probed(self) -> bool:
        """Tell whether nobody asked for more than readiness."""
        return all(route == "/readyz" for _, route, _ in self.counts)

    def _unavailable(self, error: store.Unavailable) -> Reply:
        reason = str(error)
        self.memory["failed"] = "yes"
        if reason == "UnicodeDecodeError":
            return self._garbage(error)
        if broken("iv-bounded-answers") and reason == "TimeoutError":
            return problem(500, "an error inside the service")
        later = {} if broken("iv-outage-problem") else {"Retry-After": "1"}
        return problem(503, "a backing service does not answer", **later)

    def _garbage(self, error: store.Unavailable) -> Reply:
        """An answer that nobody foresaw is an error inside the service."""
        text = "".join(traceback.format_exception(error))
        if broken("xi-inner-errors"):
            log.stray(text)
        log.write("error", "a backing service answered garbage", error=text)
        if broken("iv-garbage"):
            self.memory["garbage"] = "yes"
        return problem(500, text if broken("api-no-internals-in-500") else "an error inside the service")

    def _account(self, message: Message, route: str, status: int, spent: float) -> None:
        method = message.method if message.method in METHODS else "other"
        label = message.path if route == "unmatched" and broken("ops-metrics-bounded") else route
        if not (broken("ops-metrics-count") and route == "/items"):
            self.counts[method, label, status] += 1
        self.seconds += spent

    def _log(self, message: Message, route: str, status: int, spent: float, ids: dict[str, str]) -> None:
        facts: dict[str, object] = {"method": message.method, "route": route, "status": status, **ids}
        if not broken("xi-access-line"):
            facts["duration_ms"] = round(spent * 1000, 3)
        if broken("ops-trace-logged"):
            del facts["trace_id"]
        if broken("xi-multi-line") and "\n" in message.path:
            log.stray(message.path)
        if broken("xi-unbuffered"):
            asyncio.get_running_loop().call_later(1.5, lambda: log.write("info", "request", **facts))
        else:
            log.write("info", "request", **facts)

    def _request_id(self, message: Message) -> str:
        given = message.headers.get("x-request-id", "")
        if broken("api-request-id-kept"):
            given = ""
        if broken("api-request-id-made") and not given:
            return ""
        if broken("api-request-id-sanitised") and given:
            return given
        return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(16)

    def _route(self, path: str) -> str:
        if path in self.routes:
            return path
        folder, _, identity = path.rpartition("/")
        return f"{folder}/{{id}}" if identity and f"{folder}/{{id}}" in self.routes else "unmatched"

    async def _dispatch(self, route: str, message: Message, body: Body) -> Reply:
        methods = self.routes.get(route)
        if methods is None and message.path == "/no-such-route" and broken("api-unknown-route"):
            return Reply(404, b"Not Found", "text/plain")
        if methods is None:
            raise Refused(404, "there is no such route")
        if message.method not in methods:
            allowed = {} if broken("api-wrong-method") else {"Allow": ", ".join(methods)}
            raise Refused(405, "the route has no such method", **allowed)
        message.body = await body()
        return await methods[message.method](self, message)
