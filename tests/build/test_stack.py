"""The whole stack by compose: orders, cart and statistics over HTTP, outages, and the end of a process."""

import http.client
import json
import time
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.build.containers import Container, container, docker
from tests.build.projects import variants
from tests.build.stack import Stack, readiness_that_says, wait_for_status, wait_until
from tests.build.test_image import default_port

pytestmark = pytest.mark.parametrize(
    "project",
    [pytest.param(variant, id=variant.name) for variant in variants() if variant.services],
    indirect=True,
    scope="session",
)


def test_everything_is_ready_once_compose_is_up(client: httpx.Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.text


def test_an_order_is_taken_once_for_one_idempotency_key(client: httpx.Client) -> None:
    body, key = {"item": "tea", "quantity": 2}, {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (client.post("/orders", json=body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201), (first.text, second.text)
    assert first.json()["id"] == second.json()["id"]
    other = client.post("/orders", json={"item": "coffee", "quantity": 1}, headers=key)
    assert other.status_code == 422
    assert other.headers["content-type"] == "application/problem+json"


def test_an_order_is_cached_on_its_second_reading(client: httpx.Client) -> None:
    path = f"/orders/{client.post('/orders', json={'item': 'tea', 'quantity': 1}).json()['id']}"
    answers: list[httpx.Response] = []

    def confirmed() -> bool:
        answers.append(client.get(path))
        return bool(answers[-1].json()["status"] == "confirmed")

    wait_until(confirmed, "its confirmation")
    first, second = answers[-1], client.get(path)
    assert [first.headers["x-cache"], second.headers["x-cache"]] == ["miss", "hit"]
    assert first.json() == second.json()


def test_pages_hold_each_order_once(client: httpx.Client) -> None:
    made = {client.post("/orders", json={"item": f"page-{n}", "quantity": 1}).json()["id"] for n in range(5)}
    seen: list[str] = []
    after: str | None = None
    while True:
        page = client.get("/orders", params={"limit": 2} | ({"after": after} if after else {})).json()
        seen += [order["id"] for order in page["orders"]]
        after = page.get("next")
        if not after:
            break
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


def test_the_cart_belongs_to_its_cookie_and_statistics_count(client: httpx.Client, stack: Stack) -> None:
    before = client.get("/stats").json()
    assert client.post("/cart/items", json={"item": "tea", "quantity": 2}).status_code in {200, 201}
    assert "tea" in client.get("/cart").text
    with httpx.Client(base_url=stack.url) as stranger:
        assert "tea" not in stranger.get("/cart").text
    assert client.get("/stats").json() != before


def test_an_outage_of_the_database_makes_it_unready_not_dead(client: httpx.Client, stack: Stack) -> None:
    stack.compose("pause", "postgres")
    try:
        ready = readiness_that_says(client, "postgres", 503)
        start = time.monotonic()
        refused = client.post("/orders", json={"item": "tea", "quantity": 1})
        seconds = time.monotonic() - start
        live = client.get("/livez")
    finally:
        stack.compose("unpause", "postgres")
    assert ready["checks"]["postgres"] != "ok"
    assert live.status_code == 200
    assert refused.status_code == 503, refused.text
    assert "retry-after" in refused.headers
    assert seconds < 12
    wait_for_status(stack.url + "/readyz", 200)
    assert client.post("/orders", json={"item": "tea", "quantity": 1}).status_code == 201


def test_an_outage_of_the_cache_is_reported_and_nothing_more(client: httpx.Client, stack: Stack) -> None:
    order = client.post("/orders", json={"item": "tea", "quantity": 1}).json()
    stack.compose("pause", "redis")
    try:
        readiness_that_says(client, "degraded", 200)
        read, stats = client.get(f"/orders/{order['id']}"), client.get("/stats")
    finally:
        stack.compose("unpause", "redis")
    assert (read.status_code, stats.status_code) == (200, 503)
    wait_for_status(stack.url + "/stats", 200)


@pytest.fixture
def production(image: str, stack: Stack) -> Iterator[Container]:
    """The image itself, hardened, beside the stack's services."""
    port = default_port(stack.project)
    network = ("--network", stack.network)
    environment = stack.environment() | {"SHUTDOWN_DELAY_SECONDS": "2", "SHUTDOWN_GRACE_SECONDS": "20"}
    migrate = tuple(stack.project.contract["migrations"]["up"])
    with container(image, port, *network, command=migrate, **environment) as job:
        assert job.wait_for_exit() == 0, job.log_lines()
    with container(image, port, *network, **environment) as service:
        service.wait_until_live("/livez")
        wait_for_status(service.url + "/readyz", 200)
        yield service


def test_sigterm_lets_a_slow_request_finish_and_new_ones_in_during_the_delay(production: Container) -> None:
    address = urlsplit(production.url)
    body = json.dumps({"item": "slow", "quantity": 1}).encode()
    slow = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    slow.putrequest("POST", "/orders")
    slow.putheader("Content-Type", "application/json")
    slow.putheader("Content-Length", str(len(body)))
    slow.endheaders(body[:10])
    time.sleep(0.3)
    docker("kill", "--signal", "TERM", production.name)
    time.sleep(0.3)
    during = httpx.get(production.url + "/readyz")
    fresh = httpx.post(production.url + "/orders", json={"item": "late", "quantity": 1})
    time.sleep(2.2)
    slow.send(body[10:])
    answer = slow.getresponse()
    assert during.status_code == 503
    assert fresh.status_code == 201
    assert answer.status == 201, answer.read()
    assert production.wait_for_exit() in {0, 143}
    lines = [json.loads(line) for line in production.log_lines()]
    assert all({"timestamp", "level", "message", "service", "version"} <= line.keys() for line in lines)


def test_a_second_sigterm_ends_it_at_once(production: Container) -> None:
    address = urlsplit(production.url)
    held = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    held.putrequest("POST", "/orders")
    held.putheader("Content-Length", "1000")
    held.endheaders(b"{")
    time.sleep(0.3)
    docker("kill", "--signal", "TERM", production.name)
    time.sleep(0.5)
    start = time.monotonic()
    docker("kill", "--signal", "TERM", production.name)
    production.wait_for_exit(5)
    assert time.monotonic() - start < 5
    held.close()
