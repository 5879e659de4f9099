"""Object storage by obstore: Amazon S3, and whatever speaks its protocol."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import S3Store
from opentelemetry.trace import SpanKind

from ..config import Config
from ..config.s3 import Settings
from ..telemetry import tracer
from . import Readiness, Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Config

CONNECT_SECONDS = 5
CALL_SECONDS = 10
PING_SECONDS = 1.5
UPLOAD_SECONDS = 32
"""With the wait for a slot: more than a body may take, less than a request may."""
DOWNLOAD_SECONDS = 600
"""A client may read slowly, but not without end."""
PART_BYTES = 5 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
MAX_UPLOADS = 8
"""Each keeps up to two parts in memory."""
MAX_DOWNLOADS = 64


@dataclass(frozen=True)
class Object:
    """What is kept under a key; its content can be read once."""

    size: int
    content_type: str
    content: AsyncIterator[bytes]


class S3:
    """One bucket; nothing is held in memory but the parts that are on their way."""

    name = "s3"
    readiness: Mapping[str, Readiness] = {
        "web": "reported",
        "worker": "reported",
        "scheduler": "reported",
    }

    def __init__(self, store: S3Store) -> None:
        self._store = store
        self._uploads = asyncio.Semaphore(MAX_UPLOADS)
        self._downloads = asyncio.Semaphore(MAX_DOWNLOADS)

    async def put(self, key: str, content: AsyncIterator[bytes], content_type: str) -> None:
        """Keeps what comes; when `content` raises, nothing is kept and its exception goes on."""
        async with self._call("PutObject", UPLOAD_SECONDS), self._slot(self._uploads):
            await self._store.put_async(
                key,
                content,
                attributes={"Content-Type": content_type},
                chunk_size=PART_BYTES,
                max_concurrency=1,
            )

    @asynccontextmanager
    async def get(self, key: str) -> AsyncIterator[Object | None]:
        """What is kept under the key; its content may raise `Unavailable` as well."""
        async with self._slot(self._downloads):
            yield await self._find(key)

    async def _find(self, key: str) -> Object | None:
        async with self._call("GetObject", CALL_SECONDS):
            try:
                found = await self._store.get_async(key)
            except FileNotFoundError:
                return None
        content_type = found.attributes.get("Content-Type", "application/octet-stream")
        chunks = found.stream(min_chunk_size=CHUNK_BYTES)
        return Object(found.meta["size"], content_type, self._read(chunks))

    async def _read(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        while True:
            async with self._call("GetObject content", CALL_SECONDS):
                try:
                    chunk = bytes(await anext(chunks))
                except StopAsyncIteration:
                    return
            yield chunk

    async def ping(self) -> None:
        async with self._call("ListObjects", PING_SECONDS):
            await self._store.list_with_delimiter_async("ping")

    async def close(self) -> None:
        """The client closes its connections when it goes."""

    @asynccontextmanager
    async def _slot(self, slots: asyncio.Semaphore) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await slots.acquire()
        except TimeoutError as error:
            raise Unavailable(self.name) from error
        try:
            yield
        finally:
            slots.release()

    @asynccontextmanager
    async def _call(self, operation: str, seconds: float) -> AsyncIterator[None]:
        """Bounds one call, and tells of an outage by `Unavailable`."""
        attributes = {"rpc.system": "aws-api", "rpc.method": operation}
        with tracer.start_as_current_span(operation, kind=SpanKind.CLIENT, attributes=attributes):
            try:
                async with asyncio.timeout(seconds):
                    yield
            except (BaseError, FileNotFoundError, TimeoutError) as error:
                raise Unavailable(self.name) from error


async def open(config: Config) -> S3:
    settings = config[Settings]
    store = S3Store(
        settings.s3_bucket,
        config=_access(settings),
        client_options={
            "allow_http": bool(settings.s3_endpoint and settings.s3_endpoint.scheme == "http"),
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "timeout": timedelta(seconds=DOWNLOAD_SECONDS),
        },
        # Every call can be repeated: a key is written once.
        retry_config={
            "max_retries": 2,
            "retry_timeout": timedelta(seconds=CALL_SECONDS),
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=1),
                "base": 2,
            },
        },
    )
    return S3(store)


def _access(settings: Settings) -> "S3Config":
    """Without an access key the client takes what the platform gives the process."""
    access: S3Config = {"region": settings.s3_region}
    if settings.s3_endpoint:
        access["endpoint"] = str(settings.s3_endpoint).rstrip("/")
    if settings.s3_access_key_id and settings.s3_secret_access_key:
        access["access_key_id"] = settings.s3_access_key_id
        access["secret_access_key"] = settings.s3_secret_access_key
    return access
