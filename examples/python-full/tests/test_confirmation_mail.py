from datetime import UTC, datetime
from uuid import uuid4

import pytest
from fake_orders import MemoryOrders, nobody

from python_full.adapters import Adapters, Unavailable
from python_full.adapters.email import Email
from python_full.confirmation_mail import order_confirmed
from python_full.mail import Mail
from python_full.orders.schemas import Order, OrderRequest
from python_full.orders.service import IdempotencyKeyReusedError, Orders

ORDER = Order(
    id=uuid4(),
    item="tea",
    quantity=2,
    status="confirmed",
    created_at=datetime.now(UTC),
    email="ada@example.com",
)


class Outbox:
    """Keeps mail instead of sending it; `down` is an outage."""

    name = "email"

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.down = False

    async def send(self, mail: Mail) -> None:
        if self.down:
            raise Unavailable("email")
        self.sent.append(mail)


@pytest.fixture
def outbox(adapters: Adapters, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    outbox = Outbox()
    monkeypatch.setattr(adapters[Email], "mailer", outbox)
    return outbox


async def test_every_attempt_sends_the_same_mail(adapters: Adapters, outbox: Outbox) -> None:
    for _ in range(2):
        await order_confirmed.follow(adapters, ORDER)
    first, second = outbox.sent
    assert first == second
    assert first.to == "ada@example.com"
    assert str(ORDER.id) in first.id


async def test_nobody_is_mailed_who_left_no_address(adapters: Adapters, outbox: Outbox) -> None:
    await order_confirmed.follow(adapters, ORDER.model_copy(update={"email": None}))
    assert outbox.sent == []


async def test_an_outage_of_mail_leaves_the_order_placed(
    adapters: Adapters, outbox: Outbox
) -> None:
    async def follow(order: Order) -> None:
        await order_confirmed.follow(adapters, order)

    outbox.down = True
    repository = MemoryOrders()
    request = OrderRequest(item="tea", quantity=2, email="ada@example.com")
    order = await Orders(repository, follow).place(request)
    assert repository.placed == [order]


async def test_the_same_key_with_another_address_is_refused() -> None:
    orders = Orders(MemoryOrders(), nobody)
    request = OrderRequest(item="tea", quantity=2, email="ada@example.com")
    await orders.place(request, "k-1")
    for email in ("eve@example.com", None):
        with pytest.raises(IdempotencyKeyReusedError):
            await orders.place(request.model_copy(update={"email": email}), "k-1")


def test_an_order_tells_nobody_its_address() -> None:
    assert "email" not in ORDER.model_dump_json()
    assert "email" not in Order.model_json_schema(mode="serialization")["properties"]
