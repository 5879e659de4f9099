from collections.abc import AsyncIterator

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


async def test_a_store_that_is_not_there_is_an_outage() -> None:
    async def content() -> AsyncIterator[bytes]:
        yield b"x"

    storage = await s3.open(config.load(example() | WITHOUT_SERVICES))
    with pytest.raises(Unavailable):
        await storage.put("key", content(), "text/plain")
    with pytest.raises(Unavailable):
        await storage.get("key")
    with pytest.raises(Unavailable):
        await storage.ping()
