"""Worker, relay and scheduler with the real broker and database: nothing is lost, nothing is done twice.

None of it is a framework's: stacks that share their language with another one are asked at night.
"""

import contextlib
import json
import threading
import time
from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from scaffold.verify.collector import Collector
from tests.build.containers import docker
from tests.build.projects import parameters, variants
from tests.build.stack import Stack, free_port, readiness_that_says, wait_for_status, wait_until
from tests.build.test_image import default_port

pytestmark = pytest.mark.parametrize(
    "project",
    parameters(
        variant for variant in variants() if {"postgres", "rabbitmq", "scheduler"} <= set(variant.wired)
    ),
    indirect=True,
    scope="session",
)

TRIES = 5
TEA = {"item": "tea", "quantity": 1}


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


def place(client: httpx.Client, item: str, count: int) -> None:
    for _ in range(count):
        answer = client.post("/orders", json={"item": item, "quantity": 1})
        assert answer.status_code == 201, answer.text


def statuses(stack: Stack, item: str) -> Counter[str]:
    return Counter(stack.sql(f"SELECT status FROM orders WHERE item = '{item}'"))  # noqa: S608 - ours


def pending_order(stack: Stack, item: str, age: str) -> str:
    """An order of which no message tells."""
    row = stack.sql(
        "INSERT INTO orders (item, quantity, status, created_at) "  # noqa: S608 - ours
        f"VALUES ('{item}', 1, 'pending', now() - interval '{age}') RETURNING id"
    )
    return row[0]


def test_the_worker_confirms_an_order_and_names_its_request(client: httpx.Client, stack: Stack) -> None:
    headers = {"X-Request-ID": "request-of-tea"}
    order = client.post("/orders", json=TEA, headers=headers).json()
    path = f"/orders/{order['id']}"
    wait_until(lambda: client.get(path).json()["status"] == "confirmed", "the confirmation")
    wait_until(
        lambda: any(line.get("request_id") == "request-of-tea" for line in stack.lines("worker")),
        "the worker's line of the request",
    )


def test_worker_and_scheduler_answer_probes_and_metrics(stack: Stack) -> None:
    for process in ("worker", "scheduler"):
        address = stack.compose("port", process, str(default_port(stack.project))).strip()
        for path in ("/livez", "/readyz", "/metrics"):
            assert httpx.get(f"http://{address}{path}", timeout=10).status_code == 200, (process, path)


def test_orders_are_taken_and_confirmed_though_the_broker_is_away(client: httpx.Client, stack: Stack) -> None:
    stack.compose("stop", "--timeout", "5", "rabbitmq")
    try:
        readiness_that_says(client, "degraded", 200)
        place(client, "without-broker", 20)
        waiting = int(stack.sql("SELECT count(*) FROM outbox")[0])
    finally:
        stack.compose("start", "rabbitmq")
    assert waiting == 20
    wait_until(lambda: statuses(stack, "without-broker") == {"confirmed": 20}, "the confirmations", 60)
    assert stack.sql("SELECT count(*) FROM outbox") == ["0"]


def test_a_worker_that_is_killed_over_and_over_loses_no_order(client: httpx.Client, stack: Stack) -> None:
    placing = threading.Thread(target=place, args=(client, "killed", 200))
    placing.start()
    for _ in range(4):
        stack.compose("kill", "--signal", "KILL", "worker")
        stack.compose("start", "worker")
    placing.join()
    wait_until(lambda: statuses(stack, "killed") == {"confirmed": 200}, "the confirmations", 60)
    assert stack.sql("SELECT count(*) FROM outbox") == ["0"]


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
    assert stack.sql("SELECT count(*) FROM outbox") == ["0"]


@pytest.mark.nightly
def test_a_broker_that_is_killed_at_work_loses_no_order(client: httpx.Client, stack: Stack) -> None:
    placing = threading.Thread(target=place, args=(client, "broker-killed", 200))
    placing.start()
    for _ in range(2):
        stack.compose("kill", "--signal", "KILL", "rabbitmq")
        stack.compose("start", "rabbitmq")
    placing.join()
    wait_until(lambda: statuses(stack, "broker-killed") == {"confirmed": 200}, "the confirmations", 120)
    assert stack.sql("SELECT count(*) FROM outbox") == ["0"]


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
    assert stack.sql("SELECT count(*) FROM outbox") == ["0"]


@pytest.mark.nightly
def test_a_scheduler_that_is_killed_ticks_again(stack: Stack) -> None:
    stack.compose("kill", "--signal", "KILL", "scheduler")
    pending_order(stack, "scheduler-killed", "1 hour")
    stack.compose("start", "scheduler")
    wait_until(lambda: statuses(stack, "scheduler-killed") == {"expired": 1}, "the expiry", 90)


@pytest.mark.nightly
def test_a_trace_goes_on_in_the_worker(client: httpx.Client, stack: Stack) -> None:
    trace = uuid4().hex
    network = json.loads(docker("network", "inspect", stack.network).stdout)[0]
    gateway = network["IPAM"]["Config"][0]["Gateway"]
    # Of all processes the worker alone has the collector: what comes there is the worker's.
    with Collector(gateway, int(free_port())) as collector:
        endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{gateway}:{collector.server_port}"}
        traced = replace(stack, values=stack.values | endpoint)
        traced.compose("up", "--detach", "--wait", "--no-deps", "worker")
        try:
            headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
            assert client.post("/orders", json=TEA, headers=headers).status_code == 201
            wait_until(lambda: collector.has_trace(trace), "a span of the worker in the request's trace")
        finally:
            stack.compose("up", "--detach", "--wait", "--no-deps", "worker")


def test_a_message_that_comes_twice_changes_nothing(client: httpx.Client, stack: Stack) -> None:
    order = client.post("/orders", json={"item": "twice", "quantity": 1}).json()
    for _ in range(3):
        publish(stack, "order.created", json.dumps({"order_id": order["id"]}), "twice")
    wait_until(lambda: len(jobs(stack, "twice")) == 3, "the three messages")
    assert {line["outcome"] for line in jobs(stack, "twice")} == {"done"}
    assert statuses(stack, "twice") == {"confirmed": 1}


def jobs(stack: Stack, message_id: str) -> list[dict[str, Any]]:
    """The worker's lines of one message."""
    return [
        line for line in stack.lines("worker") if line.get("message_id") == message_id and "outcome" in line
    ]


def test_a_message_that_always_fails_is_a_dead_letter_after_some_tries(stack: Stack) -> None:
    publish(stack, "order.created", "no json", "poison")
    found: list[dict[str, Any]] = []

    def arrived() -> bool:
        found.extend(
            broker(
                stack,
                f"/queues/%2F/{stack.service}.dead/get",
                count=10,
                ackmode="ack_requeue_false",
                encoding="auto",
            )
        )
        return bool(found)

    wait_until(arrived, "the dead letter", 45)
    letters = [(letter["routing_key"], letter["properties"]["message_id"]) for letter in found]
    assert letters == [("order.created", "poison")]
    wait_until(lambda: len(jobs(stack, "poison")) == TRIES, "the line of the last try")
    assert [line["outcome"] for line in jobs(stack, "poison")] == [*["failed"] * (TRIES - 1), "dead"]


def test_sigterm_gives_back_the_job_that_cannot_be_finished(stack: Stack) -> None:
    order = pending_order(stack, "given-back", "1 minute")
    stack.compose("pause", "postgres")
    try:
        publish(stack, "order.created", json.dumps({"order_id": order}), "given-back")
        waits = {"A job waits"}
        wait_until(
            lambda: any(
                line["message"] in waits and line.get("message_id") == "given-back"
                for line in stack.lines("worker")
            ),
            "the job that waits for the database",
        )
        stack.compose("stop", "--timeout", "30", "worker")
        state = json.loads(docker("inspect", f"{stack.name}-worker-1").stdout)[0]["State"]
    finally:
        stack.compose("unpause", "postgres")
    # Not by compose, which waits for the health of the database first.
    docker("start", f"{stack.name}-worker-1")
    assert state["ExitCode"] == 0, state
    wait_until(lambda: statuses(stack, "given-back") == {"confirmed": 1}, "the confirmation")
    wait_for_status(stack.url + "/readyz", 200)


def test_of_two_schedulers_one_has_old_orders_expired(stack: Stack) -> None:
    pending_order(stack, "old", "1 hour")
    pending_order(stack, "young", "1 minute")
    # Without its dependencies: an earlier pause of the database may still count as ill health.
    stack.compose("up", "--detach", "--no-deps", "--no-recreate", "--scale", "scheduler=2", "scheduler")
    ticks: Counter[int] = Counter()

    def both_have_ticked() -> bool:
        ticks.clear()
        ticks.update(line["tick"] for line in stack.lines("scheduler") if line["message"] == "Tick")
        return 2 in ticks.values()

    wait_until(both_have_ticked, "a tick of both", 75)
    wait_until(lambda: statuses(stack, "old") == {"expired": 1}, "the expiry")
    assert statuses(stack, "young") == {"pending": 1}
    tick = next(tick for tick, count in ticks.items() if count == 2)
    outcomes = Counter(line["outcome"] for line in stack.lines("scheduler") if line.get("tick") == tick)
    assert outcomes == {"done": 1, "left to another": 1}
