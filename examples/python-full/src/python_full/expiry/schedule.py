from ..adapters import Adapters
from ..adapters.rabbitmq import RabbitMQ
from ..messages import Message
from .handlers import EXPIRE


async def run(adapters: Adapters) -> None:
    """Leaves the work to a worker."""
    await adapters[RabbitMQ].publish(Message(EXPIRE, {}))
