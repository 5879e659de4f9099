"""Redis or Valkey by redis-py; without a URL, its twin inside the process."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import TypeVar, cast

import structlog
from opentelemetry.trace import SpanKind, StatusCode
from redis.asyncio import Redis as Client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ..config import Config
from ..config.redis import Settings
from ..store import MemoryStore, Store
from ..telemetry import start_span
from . import Readiness, Unavailable

CALL_SECONDS = 1.0

AnswerT = TypeVar("AnswerT")

log = structlog.stdlib.get_logger(__name__)


class Redis:
    """The store that the environment selects."""

    name = "redis"
    readiness: Mapping[str, Readiness] = {
        "web": "reported",
        "worker": "reported",
        "scheduler": "reported",
    }

    def __init__(self, store: Store) -> None:
        self.store = store

    async def ping(self) -> None:
        await self.store.ping()

    async def close(self) -> None:
        await self.store.close()


class RedisStore:
    """A store that all replicas share."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def get(self, key: str) -> str | None:
        return cast("str | None", await _call("GET", self._client.get(key)))

    async def set(self, key: str, value: str, seconds: int) -> None:
        await _call("SET", self._client.set(key, value, ex=seconds))

    async def increment(self, key: str, amount: int = 1) -> int:
        return await _call("INCRBY", self._client.incr(key, amount))

    async def add(self, key: str, member: str, amount: int, seconds: int) -> None:
        async with self._client.pipeline() as pipeline:
            pipeline.hincrby(key, member, amount)
            pipeline.expire(key, seconds)
            await _call("HINCRBY", pipeline.execute())

    async def counts(self, key: str, seconds: int) -> dict[str, int]:
        async with self._client.pipeline() as pipeline:
            pipeline.hgetall(key)
            pipeline.expire(key, seconds)
            members, _ = await _call("HGETALL", pipeline.execute())
        return {member: int(count) for member, count in members.items()}

    async def ping(self) -> None:
        await _call("PING", self._client.ping())

    async def close(self) -> None:
        await self._client.aclose()


async def _call(operation: str, answer: Awaitable[AnswerT]) -> AnswerT:
    """The answer, within a bounded time; tells of an outage by `Unavailable`."""
    attributes = {"db.system.name": "redis", "db.operation.name": operation}
    span = start_span(operation, SpanKind.CLIENT, attributes)
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await answer
    except (RedisError, OSError, TimeoutError) as error:
        span.record_exception(error)
        span.set_status(StatusCode.ERROR)
        raise Unavailable("redis") from error
    finally:
        span.end()


async def open(config: Config) -> Redis:
    url = config[Settings].redis_url
    if url is None:
        log.warning("REDIS_URL is not set: what is kept here is not shared between replicas")
        return Redis(MemoryStore())
    client = Client.from_url(
        str(url),
        decode_responses=True,
        socket_connect_timeout=CALL_SECONDS,
        socket_timeout=CALL_SECONDS,
        # One more try, for a connection that has died in the pool.
        retry=Retry(NoBackoff(), 1),
    )
    return Redis(RedisStore(client))
