from collections.abc import AsyncIterator

import httpx
import pytest
from environment import WITHOUT_SERVICES, example

from python_full.adapters import Adapters, opened
from python_full.app import Application, create_app
from python_full.config import load
from python_full.health import Health


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def adapters() -> AsyncIterator[Adapters]:
    """The service's own adapters, of which none has a service behind it."""
    async with opened(load(example() | WITHOUT_SERVICES)) as opened_adapters:
        yield opened_adapters


@pytest.fixture
def app(adapters: Adapters) -> Application:
    return create_app(load(example()), adapters, Health(adapters, "web"))


@pytest.fixture
async def client(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
