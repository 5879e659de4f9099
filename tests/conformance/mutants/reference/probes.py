"""Probes, metrics and descriptions."""

import asyncio
import json

import log
import openapi
import store
from app import App
from http11 import Message, Reply
from switch import broken

BUCKETS = (0.01, 0.1, 1.0)


def as_json(document: object, status: int = 200, **headers: str) -> Reply:
    """Answer with a JSON document."""
    return Reply(status, json.dumps(document).encode(), headers=headers)


async def livez(app: App, _: Message) -> Reply:
    """Alive, whatever the backing services do."""
    if "garbage" in app.memory:
        return as_json({"status": "confused"}, 503)
    if broken("iv-liveness") and await state(app, app.config.database) == "down":
        return as_json({"status": "no database"}, 503)
    return as_json({"status": "ok"})


async def readyz(app: App, _: Message) -> Reply:
    """Ready unless the drain has begun or the database is down; a lost cache is only told."""
    database, cache = await asyncio.gather(state(app, app.config.database), state(app, app.config.cache))
    if app.process == "worker" and broken("iv-process-types"):
        database = "ok"
    checks = {"database": database, "cache": cache.replace("down", "degraded")}
    ready = database == "ok" and not (app.draining and not broken("ix-readiness-503"))
    return as_json({"status": "ready" if ready else "unready", "checks": checks}, 200 if ready else 503)


async def state(app: App, url: str) -> str:
    """Ask a backing service for a sign of life."""
    if not url:
        return "absent"
    try:
        await store.ask(url, "PING")
    except store.Unavailable as reason:
        hanging = str(reason) == "TimeoutError"
        unseen = broken("iv-down") and url in app.memory and app.process == "web"
        ignored = broken("iv-hanging") if hanging else unseen
        return "ok" if ignored else "down"
    app.memory[url] = "was up"
    return "ok"


async def version(app: App, _: Message) -> Reply:
    """Say what runs."""
    name = "other" if broken("i-version") else log.NAME
    revision = "unknown" if broken("i-revision") else app.config.revision
    return as_json({"name": name, "version": log.VERSION, "revision": revision})


async def describe(_: App, __: Message) -> Reply:
    """Describe the routes."""
    return as_json(openapi.document())


async def metrics(app: App, _: Message) -> Reply:
    """Count requests in Prometheus' text format."""
    lines = ["# TYPE http_requests_total counter"]
    for (method, route, status), count in sorted(app.counts.items()):
        lines.append(f'http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}')
    total = sum(app.counts.values())
    if not broken("ops-metrics-parse"):
        lines.append("# TYPE http_request_duration_seconds histogram")
        lines += [
            f'http_request_duration_seconds_bucket{{le="{bound}"}} {total}' for bound in (*BUCKETS, "+Inf")
        ]
        lines += [
            f"http_request_duration_seconds_sum {app.seconds}",
            f"http_request_duration_seconds_count {total}",
        ]
    return Reply(200, "\n".join([*lines, ""]).encode(), "text/plain; version=0.0.4")
