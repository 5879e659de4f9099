"""Processes that are killed, and a broker and a mail server that are away: no order is lost or held up."""

import contextlib
import threading
import time

import httpx
import pytest

from tests.build.orders import TEA, outbox_empties, place, statuses, with_queue_and_scheduler
from tests.build.stack import Stack, readiness_that_says, wait_for_status, wait_until

pytestmark = with_queue_and_scheduler
MAILS = 25


def test_orders_are_taken_and_confirmed_though_the_broker_is_away(client: httpx.Client, stack: Stack) -> None:
    outbox_empties(stack)
    stack.compose("stop", "--timeout", "5", "rabbitmq")
    try:
        readiness_that_says(client, "degraded", 200)
        place(client, "without-broker", 20)
        waiting = int(stack.sql("SELECT count(*) FROM outbox")[0])
    finally:
        stack.compose("start", "rabbitmq")
    assert waiting == 20
    wait_until(lambda: statuses(stack, "without-broker") == {"confirmed": 20}, "the confirmations", 60)
    outbox_empties(stack)


@pytest.mark.nightly
def test_orders_of_more_than_a_minute_without_the_broker_are_all_confirmed(
    client: httpx.Client, stack: Stack
) -> None:
    stack.compose("stop", "--timeout", "5", "rabbitmq")
    try:
        back, placed = time.monotonic() + 70, 0
        while time.monotonic() < back:
            place(client, "long-without-broker", 1)
            placed += 1
            time.sleep(0.5)
    finally:
        stack.compose("start", "rabbitmq")
    wait_until(
        lambda: statuses(stack, "long-without-broker") == {"confirmed": placed}, "the confirmations", 120
    )
    outbox_empties(stack)


def test_orders_are_confirmed_though_many_mails_wait(client: httpx.Client, stack: Stack) -> None:
    """More mails than a worker takes messages at once."""
    mailed, later = {"item": "mailed", "email": "later@example.com"}, {"item": "after-mails"}
    with stack.paused("email"):
        for _ in range(MAILS):
            assert client.post("/orders", json=TEA | mailed).status_code == 201
        wait_until(lambda: statuses(stack, "mailed") == {"confirmed": MAILS}, "the confirmations")
        outbox_empties(stack)
        assert client.post("/orders", json=TEA | later).status_code == 201
        wait_until(lambda: statuses(stack, "after-mails") == {"confirmed": 1}, "the confirmation behind them")
    query = {"query": "to:later@example.com"}
    mails = f"http://127.0.0.1:{stack.values['EMAIL_WEB_PORT']}/api/v1/search"
    wait_until(lambda: len(httpx.get(mails, params=query).json()["messages"]) == MAILS, "the mails", 60)


def test_a_worker_that_is_killed_over_and_over_loses_no_order(client: httpx.Client, stack: Stack) -> None:
    placing = threading.Thread(target=place, args=(client, "killed", 200))
    placing.start()
    for _ in range(4):
        stack.compose("kill", "--signal", "KILL", "worker")
        stack.compose("start", "worker")
    placing.join()
    wait_until(lambda: statuses(stack, "killed") == {"confirmed": 200}, "the confirmations", 60)
    outbox_empties(stack)


@pytest.mark.nightly
def test_a_web_process_that_is_killed_over_and_over_loses_no_order_that_it_took(
    client: httpx.Client, stack: Stack
) -> None:
    taken: list[str] = []
    finished = threading.Event()

    def place_what_goes() -> None:
        while not finished.is_set():
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.post(
                    stack.url + "/orders", json={"item": "web-killed", "quantity": 1}, timeout=5
                )
                if answer.status_code == 201:
                    taken.append(answer.json()["id"])

    placing = threading.Thread(target=place_what_goes)
    placing.start()
    try:
        for _ in range(3):
            before = len(taken)
            wait_until(lambda before=before: len(taken) > before, "an order between two kills")
            stack.compose("kill", "--signal", "KILL", "web")
            stack.compose("start", "web")
    finally:
        finished.set()
        placing.join()
    wait_for_status(stack.url + "/readyz", 200)
    wait_until(lambda: set(statuses(stack, "web-killed")) == {"confirmed"}, "the confirmations", 60)
    kept = stack.sql("SELECT id FROM orders WHERE item = 'web-killed'")
    assert set(taken) <= set(kept)
    outbox_empties(stack)


@pytest.mark.nightly
def test_a_broker_that_is_killed_at_work_loses_no_order(client: httpx.Client, stack: Stack) -> None:
    placing = threading.Thread(target=place, args=(client, "broker-killed", 200))
    placing.start()
    for _ in range(2):
        stack.compose("kill", "--signal", "KILL", "rabbitmq")
        stack.compose("start", "rabbitmq")
    placing.join()
    wait_until(lambda: statuses(stack, "broker-killed") == {"confirmed": 200}, "the confirmations", 120)
    outbox_empties(stack)
