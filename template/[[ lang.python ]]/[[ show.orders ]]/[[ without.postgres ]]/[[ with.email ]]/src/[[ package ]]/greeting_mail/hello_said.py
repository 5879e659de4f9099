from uuid import uuid4

from ..adapters import Adapters
from ..adapters.email import Email
from ..hello.schemas import GreetingRequest
from ..mail import Mail


async def follow(adapters: Adapters, greeting: GreetingRequest) -> None:
    """Returns once whoever carries the mail has it."""
    if greeting.email:
        text = f"Hello, {greeting.name}!\n"
        mail = Mail(greeting.email, "A greeting", text, id=f"hello-{uuid4()}")
        await adapters[Email].send(mail)
