from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from python_full import body, protocol
from python_full.adapters import s3
from python_full.adapters.s3 import Object
from python_full.uploads import router


class MemoryStorage:
    """A bucket in a dictionary."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.is_read = False

    async def put(self, key: str, content: AsyncIterator[bytes], content_type: str) -> None:
        self.objects[key] = b"".join([chunk async for chunk in content]), content_type

    @asynccontextmanager
    async def get(self, key: str) -> AsyncIterator[Object | None]:
        async def chunks(content: bytes) -> AsyncIterator[bytes]:
            assert self.is_read
            yield content

        if key not in self.objects:
            yield None
            return
        content, content_type = self.objects[key]
        self.is_read = True
        yield Object(len(content), content_type, chunks(content))
        self.is_read = False


@pytest.fixture
def storage(app: FastAPI) -> MemoryStorage:
    storage = MemoryStorage()
    app.dependency_overrides[router.s3] = lambda: storage
    return storage


async def test_what_is_sent_comes_back(client: httpx.AsyncClient, storage: MemoryStorage) -> None:
    sent = await client.post(
        "/uploads", content=b"x" * 2**21, headers={"Content-Type": "image/png"}
    )
    assert sent.status_code == 201
    assert sent.json()["size"] == 2**21
    got = await client.get(sent.headers["location"])
    assert got.content == b"x" * 2**21
    assert got.headers["content-type"] == "image/png"
    assert got.headers["content-length"] == str(2**21)
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"] == "attachment"
    assert not storage.is_read


async def test_the_service_makes_the_key(client: httpx.AsyncClient, storage: MemoryStorage) -> None:
    await client.post("/uploads?key=mine", content=b"x", headers={"X-Key": "mine"})
    (key,) = storage.objects
    assert "mine" not in key


@pytest.mark.parametrize("declared", [True, False])
async def test_more_than_the_limit_is_refused(
    client: httpx.AsyncClient, storage: MemoryStorage, declared: bool
) -> None:
    async def content() -> AsyncIterator[bytes]:
        for _ in range(router.MAX_BYTES // 2**20 + 1):
            yield b"x" * 2**20

    size = {"Content-Length": str(router.MAX_BYTES + 1)} if declared else {}
    response = await client.post("/uploads", content=content(), headers=size)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert storage.objects == {}


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize(
    "key", ["x" * 31, "x" * 33, "..%2F" + "x" * 27, "%00" * 32, "x" * 31 + "%0A"]
)
async def test_a_key_that_the_service_did_not_make_is_refused(
    client: httpx.AsyncClient, key: str
) -> None:
    assert (await client.get(f"/uploads/{key}")).status_code in {404, 422}


@pytest.mark.usefixtures("storage")
async def test_an_unknown_key_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/uploads/{'x' * 32}")).status_code == 404


@pytest.mark.parametrize("content_type", ["html", "text/html\x00", "a/b; c", "x" * 200])
async def test_a_bad_content_type_is_refused(
    client: httpx.AsyncClient, storage: MemoryStorage, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    assert (await client.post("/uploads", content=b"x", headers=headers)).status_code == 422
    assert storage.objects == {}


def test_a_slow_client_and_a_slow_store_are_told_apart() -> None:
    assert body.MAX_SECONDS < s3.UPLOAD_SECONDS < protocol.MESSAGE_SECONDS


async def test_an_outage_asks_to_come_again(client: httpx.AsyncClient) -> None:
    response = await client.post("/uploads", content=b"x")
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
