"""Uploads against a real object store, and mail against a real mail catcher and a stub of SendGrid's API."""

import contextlib
import hashlib
import http.server
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from scaffold import catalog
from tests.build.containers import PREFIX, Container, container, docker
from tests.build.projects import ROOT, Project, Variant, parameters
from tests.build.stack import Stack, published, wait_for_status
from tests.build.test_image import default_port

SERVICES = ("postgres", "s3", "email")
MIB = 2**20

VARIANTS = [
    Variant(stack.id, SERVICES, "storage")
    for stack in catalog.load(ROOT).stacks.values()
    if set(SERVICES) <= set(stack.adapters)
]
pytestmark = [
    pytest.mark.rest,
    pytest.mark.parametrize(
        "project",
        parameters(VARIANTS),
        indirect=True,
        scope="session",
    ),
]


@pytest.fixture(scope="module")
def services(locked_project: Project) -> Iterator[Stack]:
    """The backing services alone; the web process is the image itself, beside them."""
    stack = Stack(
        locked_project, f"{PREFIX}-storage", "", published((locked_project.path / "compose.yaml").read_text())
    )
    try:
        stack.compose("up", "--wait", "--wait-timeout", "120", *SERVICES)
        yield stack
    finally:
        stack.compose("down", "--volumes", "--remove-orphans")


@contextlib.contextmanager
def serving(image: str, services: Stack, *options: str, **changes: str) -> Iterator[Container]:
    environment = services.environment() | changes
    network = ("--network", services.network)
    with container(image, default_port(services.project), *network, *options, **environment) as service:
        service.wait_until_live("/livez")
        wait_for_status(service.url + "/readyz", 200)
        yield service


@pytest.fixture(scope="module")
def web(image: str, services: Stack) -> Iterator[Container]:
    port, migrate = default_port(services.project), tuple(services.project.contract["migrations"]["up"])
    network = ("--network", services.network)
    with container(image, port, *network, command=migrate, **services.environment()) as job:
        assert job.wait_for_exit() == 0, job.log_lines()
    # Less than what eight whole uploads need: Node has been seen at 56 MiB before them, at 101 to 124 with a
    # part of each, and at 266 to 277 when it kept them whole.
    with serving(image, services, "--memory", "224m", "--memory-swap", "224m") as service:
        yield service


@pytest.fixture
def client(web: Container) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=web.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def mailpit(services: Stack) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{services.values['EMAIL_WEB_PORT']}", timeout=10)


def chunks(size: int, seed: int) -> Iterator[bytes]:
    """Content that does not compress, piece by piece, so that no length is declared."""
    for number in range(size // 65536):
        yield hashlib.sha256(f"{seed}-{number}".encode()).digest() * 2048


def test_large_uploads_at_once_need_constant_memory_and_come_back_whole(
    client: httpx.Client, web: Container
) -> None:
    def send(seed: int) -> str:
        sent = client.post("/uploads", content=chunks(24 * MIB, seed), headers={"Content-Type": "image/png"})
        assert sent.status_code == 201, sent.text
        assert sent.json()["size"] == 24 * MIB
        return str(sent.headers["location"])

    with ThreadPoolExecutor(8) as pool:
        locations = list(pool.map(send, range(8)))
    for seed, location in enumerate(locations):
        expected = hashlib.sha256(b"".join(chunks(24 * MIB, seed))).digest()
        with client.stream("GET", location) as got:
            assert got.headers["content-type"] == "image/png"
            assert got.headers["content-length"] == str(24 * MIB)
            found = hashlib.sha256()
            for part in got.iter_bytes():
                found.update(part)
        assert found.digest() == expected
    assert not web.inspect()["State"]["OOMKilled"]


def test_a_larger_upload_is_refused_and_leaves_nothing(client: httpx.Client, services: Stack) -> None:
    before = objects(services)
    with contextlib.suppress(httpx.WriteError, httpx.ReadError):
        refused = client.post("/uploads", content=chunks(26 * MIB, 0))
        assert refused.status_code == 413
        assert refused.headers["content-type"] == "application/problem+json"
    assert objects(services) == before


def objects(services: Stack) -> str:
    listing = "echo 'fs.tree /buckets/uploads' | weed shell -master=localhost:9333"
    return services.compose("exec", "-T", "s3", "sh", "-c", listing)


@pytest.mark.parametrize(
    "key", ["..%2f..%2fetc%2fpasswd", "%00", "a" * 33, "%e2%80%ae" * 8, "uploads", "'; drop table orders; --"]
)
def test_a_hostile_key_finds_nothing(client: httpx.Client, key: str) -> None:
    answer = client.get(f"/uploads/{key}")
    assert answer.status_code in {404, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_hanging_store_is_reported_and_bounds_every_call(client: httpx.Client, services: Stack) -> None:
    location = client.post("/uploads", content=b"kept").headers["location"]
    services.compose("pause", "s3")
    try:
        start = time.monotonic()
        answers = [client.get(location), client.get("/readyz")]
        seconds = time.monotonic() - start
    finally:
        services.compose("unpause", "s3")
    refused, ready = answers
    assert (refused.status_code, ready.status_code) == (503, 200)
    assert refused.headers["retry-after"]
    assert ready.json()["checks"]["s3"] == "degraded"
    assert seconds < 20
    assert client.get(location).content == b"kept"


def arrived(mailpit: httpx.Client, address: str, seconds: float = 20) -> list[dict[str, Any]]:
    """Return every mail to the address, once there is one."""
    end = time.monotonic() + seconds
    while not (found := mailpit.get("/api/v1/search", params={"query": f"to:{address}"}).json()["messages"]):
        assert time.monotonic() < end, f"no mail to {address}"
        time.sleep(0.2)
    return list(found)


def test_the_confirmation_of_an_order_arrives_once(client: httpx.Client, mailpit: httpx.Client) -> None:
    body, key = (
        {"item": "tea\u2003Bcc: x", "quantity": 2, "email": "once@example.com"},
        {"Idempotency-Key": "mail-1"},
    )
    orders = [client.post("/orders", json=body, headers=key) for _ in range(2)]
    assert [order.status_code for order in orders] == [201, 201], orders[0].text
    assert "once@example.com" not in orders[0].text
    (mail,) = arrived(mailpit, "once@example.com")
    assert mail["MessageID"] == f"order-{orders[0].json()['id']}@example.com"
    assert [to["Address"] for to in mail["To"]] == ["once@example.com"]
    assert mail["Bcc"] in ([], None)


@pytest.mark.parametrize("address", ["a@b.c\r\nBcc: x@y.z", "a@b.c, d@e.f", "nobody", "<a@b.c>"])
def test_no_address_becomes_another_header(client: httpx.Client, address: str) -> None:
    assert client.post("/orders", json={"item": "tea", "quantity": 1, "email": address}).status_code == 422


def test_an_outage_of_mail_neither_fails_nor_holds_an_order(client: httpx.Client, services: Stack) -> None:
    services.compose("pause", "email")
    try:
        start = time.monotonic()
        order = client.post("/orders", json={"item": "tea", "quantity": 1, "email": "late@example.com"})
        seconds = time.monotonic() - start
    finally:
        services.compose("unpause", "email")
    assert order.status_code == 201, order.text
    assert seconds < 8


class SendGrid(http.server.BaseHTTPRequestHandler):
    """The documented call alone: POST /v3/mail/send with a bearer and the required fields."""

    taken: list[dict[str, Any]]
    answers: list[int]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.taken.append(body)
        status = self.answers.pop(0) if self.answers else self._judge(body)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _judge(self, body: dict[str, Any]) -> int:
        if self.headers["Authorization"] != "Bearer SG.test":
            return 401
        complete = {"personalizations", "from", "subject", "content"} <= body.keys()
        to = [to["email"] for person in body.get("personalizations", []) for to in person["to"]]
        return 202 if self.path == "/v3/mail/send" and complete and to else 400

    def log_message(self, *_arguments: object) -> None:
        """Stay quiet."""


@pytest.fixture
def sendgrid() -> Iterator[http.server.ThreadingHTTPServer]:
    SendGrid.taken, SendGrid.answers = [], []
    server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), SendGrid)  # noqa: S104 - a container calls it
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_sendgrid_takes_mail_and_its_faults_fail_no_order(
    image: str, services: Stack, web: Container, sendgrid: http.server.ThreadingHTTPServer
) -> None:
    network = json.loads(docker("network", "inspect", services.network).stdout)[0]
    base_url = f"http://{network['IPAM']['Config'][0]['Gateway']}:{sendgrid.server_address[1]}"
    selected = {"SENDGRID_API_KEY": "SG.test", "SENDGRID_BASE_URL": base_url}
    order = {"item": "tea", "quantity": 1, "email": "ada@example.com"}
    with serving(image, services, **selected) as service:
        for answers in ([], [400], [429], [500]):
            SendGrid.answers = answers
            assert httpx.post(service.url + "/orders", json=order, timeout=15).status_code == 201
        assert httpx.get(service.url + "/readyz").json()["checks"]["email"] == "ok"
        lines = service.log_lines()
    assert [mail["personalizations"][0]["to"] for mail in SendGrid.taken] == [
        [{"email": "ada@example.com"}]
    ] * 4
    assert any("A mail was refused" in line for line in lines)
    assert not any("SG.test" in line for line in lines)


def test_without_a_carrier_mail_is_a_line_of_the_log(image: str, services: Stack, web: Container) -> None:
    with serving(image, services, SMTP_URL="") as service:
        order = {"item": "tea", "quantity": 1, "email": "log@example.com"}
        assert httpx.post(service.url + "/orders", json=order).status_code == 201
        lines = [json.loads(line) for line in service.log_lines()]
    (mail,) = [line for line in lines if line["message"] == "Mail"]
    assert mail["to"] == "log@example.com"
