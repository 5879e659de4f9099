"""Adapters without a service behind them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from python_gitlab.adapters import Readiness


@dataclass
class FakeAdapter:
    """Answers a ping after `seconds`, or fails while it is `down`."""

    name: str
    weight: Readiness = "required"
    down: bool = False
    seconds: float = 0
    pings: int = 0
    readiness: Mapping[str, Readiness] = field(init=False)

    def __post_init__(self) -> None:
        self.readiness = {"web": self.weight}

    async def ping(self) -> None:
        self.pings += 1
        await asyncio.sleep(self.seconds)
        if self.down:
            raise ConnectionError("refused")

    async def close(self) -> None:
        return


class OtherFakeAdapter(FakeAdapter):
    """A second type, since adapters are told apart by theirs."""
