"""Bad requests are refused in bounded time and space, and without internals."""

import json
import re
import time

from scaffold.verify.bench import Bench
from scaffold.verify.client import Answer, Connection, Unanswered, head
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.service import encoded

from .problems import judge_problem

JSON = {"Content-Type": "application/json"}
CLIENT_FAULTS = (400, 415, 422)
HUGE = 64 << 20
PIECE = b" " * 65536
SLOW_SECONDS = 60.0
INTERNALS = re.compile(
    r'Traceback|File \\?".+\\?", line|\bat [\w.$<>]+\(\S+:\d+\)|\bat .+ \(.*:\d+:\d+\)'
    r"|goroutine \d|/site-packages/|node_modules"
)


@check(
    id="api-bad-json",
    factor="API",
    promise="A body that is no JSON is refused with a problem document",
    fix="Turn the parser's failure into a 400 or 422 problem.",
    needs=["request:create"],
)
def bad_json(bench: Bench) -> str:
    """Send half a JSON object to the write route."""
    create = bench.contract.requests["create"]
    answer = bench.shared.request(create.method, create.path, headers=JSON, body=b'{"a": ')
    return judge_problem(answer, f"{create.method} {create.path} with broken JSON", *CLIENT_FAULTS)


@check(
    id="api-bad-body",
    factor="API",
    promise="A body of the wrong shape is refused with a problem document",
    fix="Validate the body against its schema; answer a 422 problem that names the fields.",
    needs=["request:create"],
)
def bad_body(bench: Bench) -> list[str]:
    """Send an array, an empty object and wrong types to the write route."""
    create = bench.contract.requests["create"]
    evidence = []
    for body in wrong_bodies(create.json):
        sent = json.dumps(body)
        answer = bench.shared.request(create.method, create.path, headers=JSON, body=sent.encode())
        evidence.append(judge_problem(answer, f"{create.method} {create.path} with {sent}", *CLIENT_FAULTS))
    return evidence


def wrong_bodies(valid: object) -> list[object]:
    """Bodies that no route that takes `valid` should take."""
    if not isinstance(valid, dict):
        raise NotApplicable("the contract's `requests.create` has no JSON object for a body")
    return [[], {}, {name: {"unexpected": []} for name in valid}]


@check(
    id="api-too-large",
    factor="API",
    promise="A body over the limit is refused with 413 before it is read",
    fix="Compare Content-Length with the limit, count while reading, stop at the limit.",
    needs=["request:create"],
    turn="quiet",
)
def too_large(bench: Bench) -> str:
    """Announce a body of 64 MiB and send it until an answer comes."""
    create = bench.contract.requests["create"]
    with bench.quiet() as service:
        headers = {"Host": "service", "Content-Length": str(HUGE), **JSON}
        with service.connect() as connection:
            connection.send(head(create.method, create.path, headers))
            sent = flood(connection)
            answer = connection.answer(create.method)
        what = f"{create.method} {create.path} with 64 MiB announced"
        if sent >= HUGE:
            raise Failed(f"{what}: it took all of it before it answered {answer}")
        return judge_problem(answer, f"{what}, {sent >> 20} MiB sent", 413)


def flood(connection: Connection) -> int:
    """Send until the other side answers or refuses; return how much was sent."""
    sent = 0
    while sent < HUGE and not connection.readable():
        try:
            connection.send(PIECE)
        except Unanswered:
            return sent
        sent += len(PIECE)
    return sent


@check(
    id="api-slow-client",
    factor="API",
    promise=f"A client that sends nothing more is cut off within {SLOW_SECONDS:g} s",
    fix="Give the head and the body of a request a time limit in the server.",
    waits=True,
)
def slow_client(bench: Bench) -> list[str]:
    """Send half a request's head, and half a body, and wait."""
    service, path = bench.shared, bench.contract.http.liveness
    begun = time.monotonic()
    create = bench.contract.requests.get("create")
    with service.connect() as first, service.connect() as second:
        first.send(head("GET", path, {"Host": "service"})[:-4])
        if create is not None and (body := encoded(create)[0]) is not None:
            headers = {"Host": "service", "Content-Length": str(len(body)), **JSON}
            second.send(head(create.method, create.path, headers) + body[:1])
        evidence = []
        for what, connection in (("head", first), ("body", second)):
            if connection.closed_within(begun + SLOW_SECONDS - time.monotonic()) is None:
                raise Failed(f"half a {what}: the connection was still open after {SLOW_SECONDS:g} s")
            evidence.append(f"half a {what}: cut off after {time.monotonic() - begun:.1f} s at most")
    return evidence


@check(
    id="api-no-internals",
    factor="API",
    promise="No error answer shows a stack trace, a file name or a library",
    fix="Log the exception with the request id; answer with a general problem.",
)
def no_internals(bench: Bench) -> str:
    """Provoke errors and read their bodies."""
    answers = provoked(bench)
    for what, answer in answers.items():
        if found := INTERNALS.search(answer.text):
            raise Failed(f"{what}: {answer.status} shows `{answer.text[max(found.start() - 40, 0) :][:200]}`")
    return f"no internals in the answers to {', '.join(answers)}"


def provoked(bench: Bench) -> dict[str, Answer]:
    """Collect error answers of several kinds."""
    service, path = bench.shared, bench.contract.http.liveness
    answers = {
        "an unknown route": service.get("/no-such-route"),
        "a wrong method": service.request("DELETE", path),
    }
    create = bench.contract.requests.get("create")
    if create is not None:
        for what, body in (
            ("broken JSON", b"{"),
            ("a wrong shape", b'[{"a": [1]}]'),
            ("no text", b"\xff\xfe"),
        ):
            answers[what] = service.request(create.method, create.path, headers=JSON, body=body)
    return answers
