from ..adapters import Adapters
from ..adapters.rabbitmq import RabbitMQ
from ..hello.schemas import GreetingRequest
from ..messages import Message
from .handlers import SAID


async def follow(adapters: Adapters, greeting: GreetingRequest) -> None:
    """Returns once the broker keeps the announcement."""
    await adapters[RabbitMQ].publish(Message(SAID, {"name": greeting.name}))
