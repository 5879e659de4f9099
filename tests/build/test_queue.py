"""The worker with the real broker and database: each message is worked on until it is settled."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from scaffold.verify.collector import Collector
from tests.build.containers import Container, docker
from tests.build.orders import TEA, broker, jobs, pending_order, publish, statuses, with_queue_and_scheduler
from tests.build.stack import Stack, free_port, wait_for_status, wait_until
from tests.build.test_image import default_port

pytestmark = with_queue_and_scheduler
TRIES = 5


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
    stack.compose("stop", "--timeout", "30", "worker")
    # Without the watcher of the development stage, to which the signal would go.
    worker = Container(f"{stack.name}-worker-alone", default_port(stack.project))
    command = stack.project.contract["processes"]["worker"]["command"]
    stack.compose("run", "--detach", "--no-deps", "--name", worker.name, "worker", *command)
    try:
        wait_until(lambda: said(worker, "Waiting for messages") != [], "the worker")
        stack.compose("pause", "postgres")
        publish(stack, "order.created", json.dumps({"order_id": order}), "given-back")
        wait_until(lambda: "given-back" in said(worker, "A job waits"), "the job that waits for the database")
        docker("stop", "--time", "30", worker.name)
        state = worker.inspect()["State"]
    finally:
        stack.compose("unpause", "postgres")
        docker("rm", "--force", worker.name)
        # Not by compose, which waits for the health of the database first.
        docker("start", f"{stack.name}-worker-1")
    assert state["ExitCode"] == 0, state
    wait_until(lambda: statuses(stack, "given-back") == {"confirmed": 1}, "the confirmation")
    wait_for_status(stack.url + "/readyz", 200)


def said(worker: Container, message: str) -> list[object]:
    """Ids of the messages of which a line tells, or None."""
    lines = map(json.loads, worker.log_lines())
    return [line.get("message_id") for line in lines if line["message"] == message]
