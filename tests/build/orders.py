"""Orders of a stack with queue and scheduler: placed, announced to the worker, and what became of them."""

from collections import Counter
from typing import Any

import httpx
import pytest

from tests.build.projects import parameters, variants
from tests.build.stack import Stack, wait_until

TEA = {"item": "tea", "quantity": 1}

with_queue_and_scheduler = pytest.mark.parametrize(
    "project",
    parameters(
        variant for variant in variants() if {"postgres", "rabbitmq", "scheduler"} <= set(variant.wired)
    ),
    indirect=True,
    scope="session",
)
"""None of it is a framework's: stacks that share their language with another one are asked at night."""


def broker(stack: Stack, path: str, **body: Any) -> Any:
    """Post to the broker's management API."""
    url = f"http://127.0.0.1:{stack.values['RABBITMQ_PAGE_PORT']}/api{path}"
    answer = httpx.post(url, json=body, auth=("app", "app"), timeout=15)
    assert answer.status_code == 200, answer.text
    return answer.json()


def publish(stack: Stack, name: str, payload: str, message_id: str) -> None:
    """Publish a message as the service itself would."""
    properties = {"message_id": message_id, "delivery_mode": 2}
    answer = broker(
        stack,
        f"/exchanges/%2F/{stack.service}/publish",
        routing_key=name,
        properties=properties,
        payload=payload,
        payload_encoding="string",
    )
    assert answer["routed"]


def jobs(stack: Stack, message_id: str) -> list[dict[str, Any]]:
    """The worker's lines of one message."""
    return [
        line for line in stack.lines("worker") if line.get("message_id") == message_id and "outcome" in line
    ]


def place(client: httpx.Client, item: str, count: int) -> None:
    for _ in range(count):
        answer = client.post("/orders", json={"item": item, "quantity": 1})
        assert answer.status_code == 201, answer.text


def statuses(stack: Stack, item: str) -> Counter[str]:
    return Counter(stack.sql(f"SELECT status FROM orders WHERE item = '{item}'"))  # noqa: S608 - ours


def outbox_empties(stack: Stack) -> None:
    wait_until(lambda: stack.sql("SELECT count(*) FROM outbox") == ["0"], "an empty outbox")


def pending_order(stack: Stack, item: str, age: str) -> str:
    """An order of which no message tells."""
    row = stack.sql(
        "INSERT INTO orders (item, quantity, status, created_at) "  # noqa: S608 - ours
        f"VALUES ('{item}', 1, 'pending', now() - interval '{age}') RETURNING id"
    )
    return row[0]
