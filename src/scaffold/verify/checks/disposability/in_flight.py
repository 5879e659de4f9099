"""Longer requests survive SIGTERM as well."""

from concurrent.futures import ThreadPoolExecutor

from scaffold.verify.bench import Bench
from scaffold.verify.client import head
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.service import encoded

from .shutdown import IDLE_SECONDS, clean_exit

PIECES = 32
PIECE = b" " * 4096


@check(
    id="ix-sigterm-upload",
    factor="IX",
    promise="An upload in progress when SIGTERM arrives is taken to its end",
    fix="Count a request as in flight from its first byte, not from its last.",
    needs=["request:create"],
)
def upload(bench: Bench) -> list[str]:
    """Send a chunked body of 128 KiB; SIGTERM in its middle."""
    create = bench.contract.requests["create"]
    body, headers = encoded(create)
    if body is None:
        raise NotApplicable("the contract's `requests.create` has no body")
    service = bench.start()
    headers |= {"Host": "service", "Transfer-Encoding": "chunked"}
    with service.connect() as connection:
        connection.send(head(create.method, create.path, headers))
        for number in range(PIECES):
            connection.send(chunk(PIECE))
            if number == PIECES // 2:
                service.settle()
                service.terminate()
            service.wait(0.02)
        connection.send(chunk(body) + b"0\r\n\r\n")
        answer = connection.answer(create.method)
    if answer.status != create.status:
        raise Failed(f"the upload was answered {answer}, expected {create.status}")
    ended = clean_exit(service, IDLE_SECONDS)
    return [f"{PIECES * len(PIECE) // 1024} KiB in chunks, SIGTERM in the middle: {answer.status}", ended]


def chunk(data: bytes) -> bytes:
    """Write one chunk of a chunked body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@check(
    id="ix-sigterm-slow-answer",
    factor="IX",
    promise="A request that takes long to answer is answered after SIGTERM",
    fix="Wait for handlers that run, not only for bodies that arrive.",
    needs=["request:slow"],
)
def slow_answer(bench: Bench) -> list[str]:
    """Ask the slow route, SIGTERM while it works."""
    slow, service = bench.contract.requests["slow"], bench.start()
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(service.send, slow, timeout=15)
        service.settle()
        service.terminate()
        answer = pending.result()
    if answer.status != slow.status:
        raise Failed(f"the slow request was answered {answer}, expected {slow.status}")
    return [
        f"{slow.method} {slow.path}, SIGTERM meanwhile: {answer.status}",
        clean_exit(service, IDLE_SECONDS),
    ]


@check(
    id="ix-process-types-end",
    factor="IX",
    promise="Every other process type ends cleanly on SIGTERM as well",
    fix="Let workers and schedulers handle SIGTERM: finish or give back the job, then exit with 0.",
)
def process_types_end(bench: Bench) -> list[str]:
    """Send SIGTERM to each process type but `web`."""
    others = [name for name in bench.contract.processes if name != "web"]
    if not others:
        raise NotApplicable("there is no process type but `web`")
    evidence = []
    for name in others:
        serves = name in bench.contract.http_processes
        service = bench.start(name, until="ready" if serves else "started")
        service.wait(0 if serves else bench.contract.ready_seconds)
        service.terminate()
        evidence.append(f"{name}: {clean_exit(service, IDLE_SECONDS)}")
    return evidence
