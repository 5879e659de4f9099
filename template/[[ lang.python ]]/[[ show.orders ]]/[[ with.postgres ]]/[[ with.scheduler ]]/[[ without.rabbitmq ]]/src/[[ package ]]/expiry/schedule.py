from ..adapters import Adapters
from . import expire


async def run(adapters: Adapters) -> None:
    await expire(adapters)
