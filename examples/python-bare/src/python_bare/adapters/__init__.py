"""Adapters: clients of the backing services, one module each.

A module here offers `open`, which returns an adapter without waiting for its service: an outage
at start must not end the process.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Literal, Protocol, TypeVar, cast

from .. import discovery
from ..config import Config

Readiness = Literal["required", "reported"]


class Adapter(Protocol):
    name: str
    readiness: Mapping[str, Readiness]
    """By process: whether an outage makes it unready, or is only reported."""

    async def ping(self) -> None:
        """Asks the service for a sign of life; raises when there is none."""

    async def close(self) -> None: ...


AdapterT = TypeVar("AdapterT", bound=Adapter)


class Unavailable(Exception):
    """A backing service does not answer, or not in time."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is unavailable")
        self.name = name


class Adapters:
    """The open adapters of this process; `adapters[Redis]` is the one of that type."""

    def __init__(self, opened: Iterable[Adapter]) -> None:
        self._opened = {type(adapter): adapter for adapter in opened}

    def __iter__(self) -> Iterator[Adapter]:
        return iter(self._opened.values())

    def __getitem__(self, kind: type[AdapterT]) -> AdapterT:
        return cast("AdapterT", self._opened[kind])


@asynccontextmanager
async def opened(config: Config, *names: str) -> AsyncIterator[Adapters]:
    """Every adapter, or those with these names alone, open; at the end they are closed in reverse order."""
    async with AsyncExitStack() as stack:
        adapters: list[Adapter] = []
        for module in discovery.modules("adapters", *names):
            adapter: Adapter = await module.open(config)
            stack.push_async_callback(adapter.close)
            adapters.append(adapter)
        yield Adapters(adapters)
