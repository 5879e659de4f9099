import os
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from python_full import config
from python_full.adapters import s3

pytestmark = pytest.mark.integration

CHUNK = b"x" * 2**20


@pytest.fixture
async def storage() -> s3.S3:
    return await s3.open(config.load(os.environ))


async def chunks(count: int, broken: bool = False) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield CHUNK
    if broken:
        raise ConnectionResetError


async def test_what_is_kept_comes_back_with_its_type_and_length(storage: s3.S3) -> None:
    key = f"tests/{uuid4()}"
    await storage.put(key, chunks(12), "image/png")
    async with storage.get(key) as found:
        assert found is not None
        assert (found.size, found.content_type) == (12 * 2**20, "image/png")
        assert b"".join([chunk async for chunk in found.content]) == CHUNK * 12


async def test_what_breaks_half_way_is_not_kept(storage: s3.S3) -> None:
    key = f"tests/{uuid4()}"
    with pytest.raises(ConnectionResetError):
        await storage.put(key, chunks(12, broken=True), "image/png")
    async with storage.get(key) as found:
        assert found is None
