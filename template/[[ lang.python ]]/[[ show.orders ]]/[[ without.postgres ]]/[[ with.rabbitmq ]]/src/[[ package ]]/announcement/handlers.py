import structlog

from ..adapters import Adapters
from ..messages import Message

SAID = "hello.said"

log = structlog.stdlib.get_logger(__name__)


async def tell(_adapters: Adapters, message: Message) -> None:
    log.info("Somebody was greeted", name=message.body["name"])


HANDLERS = {SAID: tell}
