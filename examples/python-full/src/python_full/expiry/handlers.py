from ..adapters import Adapters
from ..messages import Message
from . import expire

EXPIRE = "orders.expire"


async def run(adapters: Adapters, _message: Message) -> None:
    await expire(adapters)


HANDLERS = {EXPIRE: run}
