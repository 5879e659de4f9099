"""Any replica answers any request."""

import json
import secrets
import signal
from urllib.parse import urlsplit

from scaffold.verify.bench import Bench
from scaffold.verify.client import Answer
from scaffold.verify.contract import Request
from scaffold.verify.openapi import described
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.service import Service

ROUNDS = 5
DEATH_SECONDS = 5.0
JSON = {"Content-Type": "application/json"}


def pair(bench: Bench) -> tuple[Service, Service]:
    """Two replicas: the shared process and one that all checks of replicas share."""
    return bench.shared, bench.once("replica", lambda lasting: lasting.start())


@check(
    id="vi-same-answer",
    factor="VI",
    promise="Two replicas give the same answer to the same request",
    fix="Keep no state in the process: what an answer depends on comes from a backing service.",
    needs=["request:sample"],
)
def same_answer(bench: Bench) -> str:
    """Ask one replica, the other, and the first again; numbers may grow from one answer to the next."""
    first, second = pair(bench)
    sample = bench.contract.requests["sample"]
    for _ in range(ROUNDS):
        first.send(sample)
        before, other, after = first.send(sample), second.send(sample), first.send(sample)
        if (other.status, other.body) == (before.status, before.body):
            return (
                f"{sample.method} {sample.path}: {other.status}, the same {len(other.body)} bytes from both"
            )
        if before.body == after.body:
            break
    counts = [total(answer.json()) for answer in (before, other, after)]
    if before.body != after.body and counts == sorted(counts):
        return f"the answer counts, across both replicas: {', '.join(map(str, counts))}"
    raise Failed(f"one replica said {before}, the other {other}, and the first again {after}")


def created(bench: Bench, service: Service) -> tuple[Answer, str]:
    """Create something; return the answer and the path under which it can be read.

    Raises:
        NotApplicable: the answer has no `Location`.
    """
    create = bench.contract.requests["create"]
    answer = service.send(create)
    if answer.status != create.status:
        raise Failed(f"{create.method} {create.path}: {answer}, expected {create.status}")
    return answer, located(create, answer)


def located(request: Request, answer: Answer) -> str:
    """Return the path under which something new can be read.

    Raises:
        NotApplicable: the answer has no `Location`.
    """
    if "location" not in answer.headers:
        raise NotApplicable(f"{request.method} {request.path} has no `Location` to read it under")
    return urlsplit(answer.headers["location"]).path


@check(
    id="vi-read-your-write",
    factor="VI",
    promise="What one replica has acknowledged the other one reads",
    fix="Write to the backing service before you answer, not to memory or disk.",
    needs=["backing", "request:create"],
)
def read_your_write(bench: Bench) -> str:
    """Create on one replica, read on the other."""
    first, second = pair(bench)
    _, path = created(bench, first)
    answer = second.get(path)
    if not answer.ok:
        raise Failed(f"created on one replica; the other says {answer} to GET {path}")
    return f"created on one replica, GET {path} on the other: 200"


@check(
    id="vi-kill-9-loses-nothing",
    factor="VI",
    promise="kill -9 of a replica loses nothing that it has acknowledged",
    fix="Commit before you answer.",
    needs=["backing", "request:create"],
)
def kill_9_loses_nothing(bench: Bench) -> str:
    """Create on a replica, kill it at once, read on another."""
    victim = bench.start()
    paths = [created(bench, victim)[1] for _ in range(3)]
    victim.signal(signal.SIGKILL)
    victim.wait(DEATH_SECONDS)
    lost = [path for path in paths if not bench.shared.get(path).ok]
    if lost:
        raise Failed(f"acknowledged, then kill -9: {', '.join(lost)} cannot be read on another replica")
    return f"{len(paths)} acknowledged, kill -9, all read on another replica"


@check(
    id="vi-idempotency-key",
    factor="VI",
    promise="A request repeated with its Idempotency-Key on another replica has one effect",
    fix="Keep the keys with their answers in the database, in the transaction that does the work.",
    needs=["request:create", "http:openapi"],
)
def idempotency_key(bench: Bench) -> str:
    """Send one request with one key to two replicas."""
    create, description = bench.contract.requests["create"], described(bench)
    operation = description.find(create.method, create.path)
    parameters = (
        [description.resolve(item) for item in operation.facts.get("parameters", ())] if operation else []
    )
    if "idempotency-key" not in {str(item.get("name")).lower() for item in parameters}:
        raise NotApplicable(f"{create.method} {create.path} does not describe the header Idempotency-Key")
    key = {"Idempotency-Key": secrets.token_hex(16)}
    one, two = (replica.send(create, headers=key) for replica in pair(bench))
    if one.body != two.body and not same_thing(one, two):
        raise Failed(f"the same key gave {one} on one replica and {two} on the other")
    return f"the same key on two replicas: {one.status} and {two.status} for one and the same thing"


def same_thing(one: Answer, two: Answer) -> bool:
    """Tell whether two answers show one thing; a worker may have moved it on between them."""
    place = one.headers.get("location")
    shown = [answer.json() for answer in (one, two)]
    alike = all(isinstance(document, dict) and document.keys() == shown[0].keys() for document in shown)
    return alike and place is not None and place == two.headers.get("location")


@check(
    id="vi-session",
    factor="VI",
    promise="A session that began on one replica goes on at the other",
    fix="Keep sessions in the shared store; the cookie holds nothing but their key.",
    needs=["backing", "http:openapi"],
)
def session(bench: Bench) -> str:
    """Put something into the cart on one replica, look into it on the other."""
    description = described(bench)
    add = description.find("POST", "/cart/items")
    if add is None or description.find("GET", "/cart") is None:
        raise NotApplicable("the service describes no cart")
    first, second = pair(bench)
    item = json.dumps(description.body(add)).encode()
    added = first.request("POST", "/cart/items", headers=JSON, body=item)
    cookie = {"Cookie": added.headers.get("set-cookie", "").partition(";")[0]}
    here, there = first.get("/cart", headers=cookie), second.get("/cart", headers=cookie)
    if there.body != here.body or there.body == second.get("/cart").body:
        raise Failed(f"POST /cart/items {added}; then one replica's cart is {here}, the other's {there}")
    return "an item added on one replica is in the other's cart of the same cookie"


@check(
    id="vi-shared-statistics",
    factor="VI",
    promise="Statistics count the requests of all replicas",
    fix="Count in the shared store.",
    needs=["backing", "http:openapi"],
)
def shared_statistics(bench: Bench) -> str:
    """Ask one replica often, then compare what both count."""
    if described(bench).find("GET", "/stats") is None:
        raise NotApplicable("the service describes no statistics")
    first, second = pair(bench)
    for _ in range(20):
        before = first.get("/stats")
    other, after = second.get("/stats"), first.get("/stats")
    low, middle, high = (total(answer.json()) for answer in (before, other, after))
    if not low <= middle <= high:
        raise Failed(f"one replica counts {low}, the other {middle}, and the first again {high}")
    return f"one replica counts {low}, the other {middle}, and the first again {high}"


def total(value: object) -> int:
    """Add up every whole number in a document, written as a number or as a text."""
    if isinstance(value, dict):
        return sum(total(item) for item in value.values())
    if isinstance(value, list):
        return sum(total(item) for item in value)
    if isinstance(value, str):
        return int(value) if value.isdecimal() else 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
