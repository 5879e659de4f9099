"""Redis or Valkey by redis-py; without a URL, its twin inside the process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

import structlog
from opentelemetry.trace import SpanKind
from redis.asyncio import Redis as Client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ..config import Config
from ..config.redis import Settings
from ..store import MemoryStore, Store
from ..telemetry import tracer
from . import Readiness, Unavailable

CALL_SECONDS = 1.0

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
        async with _call("GET"):
            return cast("str | None", await self._client.get(key))

    async def set(self, key: str, value: str, seconds: int) -> None:
        async with _call("SET"):
            await self._client.set(key, value, ex=seconds)

    async def increment(self, key: str, amount: int = 1) -> int:
        async with _call("INCRBY"):
            return await self._client.incr(key, amount)

    async def add(self, key: str, member: str, amount: int, seconds: int) -> None:
        async with _call("HINCRBY"), self._client.pipeline() as pipeline:
            pipeline.hincrby(key, member, amount)
            pipeline.expire(key, seconds)
            await pipeline.execute()

    async def counts(self, key: str, seconds: int) -> dict[str, int]:
        async with _call("HGETALL"), self._client.pipeline() as pipeline:
            pipeline.hgetall(key)
            pipeline.expire(key, seconds)
            members, _ = await pipeline.execute()
        return {member: int(count) for member, count in members.items()}

    async def ping(self) -> None:
        async with _call("PING"):
            await self._client.ping()

    async def close(self) -> None:
        await self._client.aclose()


@asynccontextmanager
async def _call(operation: str) -> AsyncIterator[None]:
    """Bounds one call, and tells of an outage by `Unavailable`."""
    attributes = {"db.system.name": "redis", "db.operation.name": operation}
    with tracer.start_as_current_span(operation, kind=SpanKind.CLIENT, attributes=attributes):
        try:
            async with asyncio.timeout(CALL_SECONDS):
                yield
        except (RedisError, OSError, TimeoutError) as error:
            raise Unavailable("redis") from error


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
