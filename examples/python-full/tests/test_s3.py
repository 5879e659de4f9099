import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from environment import WITHOUT_SERVICES, example

from python_full import config
from python_full.adapters import Unavailable, s3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("S3_BUCKET", "../etc"),
        ("S3_BUCKET", ""),
        ("S3_ENDPOINT", "ftp://x"),
        ("S3_REGION", "a b"),
        ("S3_SECRET_ACCESS_KEY", ""),
    ],
)
def test_a_malformed_variable_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(config.ConfigError) as refused:
        config.load(example() | {name: value})
    assert [fault.variable for fault in refused.value.faults] == [name]


async def content() -> AsyncIterator[bytes]:
    yield b"x"


async def test_a_store_that_is_not_there_is_an_outage() -> None:
    storage = await s3.open(config.load(example() | WITHOUT_SERVICES))
    with pytest.raises(Unavailable):
        await storage.put("key", content(), "text/plain")
    with pytest.raises(Unavailable):
        async with storage.get("key"):
            pass
    with pytest.raises(Unavailable):
        await storage.ping()


class Store:
    """Finds nothing, and is never done with what it gets."""

    async def get_async(self, _key: str) -> None:
        raise FileNotFoundError

    async def put_async(self, *_args: object, **_options: object) -> None:
        await asyncio.Event().wait()


@pytest.fixture
def storage() -> s3.S3:
    store: Any = Store()
    return s3.S3(store)


async def test_an_upload_that_hangs_is_an_outage(
    storage: s3.S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "UPLOAD_SECONDS", 0.05)
    with pytest.raises(Unavailable):
        await storage.put("key", content(), "text/plain")


async def test_a_download_has_its_slot_from_before_the_call_until_it_is_read(
    storage: s3.S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "CALL_SECONDS", 0.05)
    monkeypatch.setattr(storage, "_downloads", asyncio.Semaphore(1))
    async with storage.get("key"):
        with pytest.raises(Unavailable):
            async with storage.get("key"):
                pass
    async with storage.get("key") as found:
        assert found is None
