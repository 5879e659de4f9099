from uuid import uuid4

import httpx
import pytest
from fake_orders import MemoryOrders, nobody
from fastapi import FastAPI

from python_gitlab.adapters import Unavailable
from python_gitlab.orders.dependencies import orders
from python_gitlab.orders.schemas import Order, OrderRequest
from python_gitlab.orders.service import Orders

TEA = {"item": "tea", "quantity": 2}


@pytest.fixture(autouse=True)
def repository(app: FastAPI) -> MemoryOrders:
    repository = MemoryOrders()
    app.dependency_overrides[orders] = lambda: Orders(repository, nobody)
    return repository


async def test_an_order_is_found_where_its_location_says(client: httpx.AsyncClient) -> None:
    created = await client.post("/orders", json=TEA)
    assert created.status_code == 201
    found = await client.get(created.headers["location"])
    assert found.json() == created.json()
    assert (found.json()["item"], found.json()["status"]) == ("tea", "confirmed")


async def test_the_same_key_places_an_order_once(
    client: httpx.AsyncClient, repository: MemoryOrders
) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = await client.post("/orders", json=TEA, headers=headers)
    again = await client.post("/orders", json=TEA, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(repository.placed) == 1


async def test_the_same_key_with_another_order_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    await client.post("/orders", json=TEA, headers=headers)
    response = await client.post("/orders", json=TEA | {"quantity": 3}, headers=headers)
    assert response.status_code == 422
    assert "Idempotency-Key" in response.json()["detail"]


async def test_pages_follow_each_other_to_the_end(client: httpx.AsyncClient) -> None:
    for quantity in range(1, 6):
        await client.post("/orders", json=TEA | {"quantity": quantity})
    seen: list[int] = []
    after: dict[str, str] = {}
    for _ in range(3):
        page = (await client.get("/orders", params={"limit": 2, **after})).json()
        seen += [order["quantity"] for order in page["orders"]]
        after = {"after": page["next"]}
    assert seen == [1, 2, 3, 4, 5]
    assert page["next"] is None


@pytest.mark.parametrize("query", ["after=x", "limit=0", "limit=101"])
async def test_a_bad_page_is_refused(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/orders?{query}")).status_code == 422


async def test_a_page_after_an_unknown_order_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/orders?after={uuid4()}")).status_code == 404


async def test_a_whole_number_is_an_integer(client: httpx.AsyncClient) -> None:
    response = await client.post("/orders", json=TEA | {"quantity": 2.0})
    assert response.json()["quantity"] == 2


@pytest.mark.parametrize("spelling", ["{%s}", "urn:uuid:%s"])
async def test_an_id_has_one_spelling(client: httpx.AsyncClient, spelling: str) -> None:
    assert (await client.get(f"/orders/{spelling % uuid4()}")).status_code == 422


async def test_an_unknown_order_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/orders/{uuid4()}")).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 0},
        {"quantity": "2"},
        {"quantity": 2.5},
        {"quantity": 1001},
        {"item": ""},
        {"more": 1},
    ],
)
async def test_a_bad_order_is_refused(
    client: httpx.AsyncClient, repository: MemoryOrders, change: dict[str, object]
) -> None:
    assert (await client.post("/orders", json=TEA | change)).status_code == 422
    assert repository.placed == []


async def test_an_outage_of_the_database_asks_to_come_again(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    app.dependency_overrides.clear()
    response = await client.post("/orders", json=TEA)
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


async def test_what_follows_a_confirmed_order_is_done_once_and_may_fail() -> None:
    followed: list[Order] = []

    async def follow(order: Order) -> None:
        followed.append(order)
        raise Unavailable("mail")

    orders_of_test = Orders(MemoryOrders(), follow)
    request = OrderRequest(item="tea", quantity=2)
    placed = [await orders_of_test.place(request, "k-1") for _ in range(2)]
    assert placed[0] == placed[1]
    assert followed == [placed[0]]
