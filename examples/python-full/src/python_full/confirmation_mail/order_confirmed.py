from ..adapters import Adapters
from ..adapters.email import Email
from ..mail import Mail
from ..orders.schemas import Order


async def follow(adapters: Adapters, order: Order) -> None:
    """Sends the confirmation; the same order gives the same id to every attempt."""
    if order.email:
        text = f"Your order of {order.quantity} x {order.item} is confirmed.\n\nIts number is {order.id}.\n"
        mail = Mail(order.email, "Your order is confirmed", text, id=f"order-{order.id}")
        await adapters[Email].send(mail)
