"""Longer requests survive SIGTERM as well."""

from concurrent.futures import ThreadPoolExecutor

from scaffold.verify.bench import Bench
from scaffold.verify.client import head
from scaffold.verify.contract import Request
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.service import encoded

from .shutdown import IDLE_SECONDS, clean_exit

ANSWER_SECONDS = 10.0
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
    """Send a body in pieces, the contract's upload where there is one; SIGTERM in its middle."""
    requests = bench.contract.requests
    request = requests.get("upload") or requests["create"]
    pieces, headers = in_pieces(request)
    service = bench.start()
    with service.connect() as connection:
        connection.send(head(request.method, request.path, {"Host": "service", **headers}))
        for number, piece in enumerate(pieces):
            connection.send(piece)
            if number == len(pieces) // 2:
                service.settle()
                service.terminate()
            service.wait(0.02)
        answer = connection.answer(request.method, timeout=ANSWER_SECONDS)
    if answer.status != request.status:
        raise Failed(f"the upload was answered {answer}, expected {request.status}")
    size = sum(map(len, pieces)) // 1024
    ended = clean_exit(service, IDLE_SECONDS)
    return [
        f"{size} KiB to {request.path} in {len(pieces)} pieces, SIGTERM in the middle: {answer.status}",
        ended,
    ]


def in_pieces(request: Request) -> tuple[list[bytes], dict[str, str]]:
    """Cut a request's body into pieces; a short one comes in chunks behind 128 KiB of blanks."""
    body, headers = encoded(request)
    if body is None:
        raise NotApplicable("the contract's `requests.create` has no body")
    if request.size:
        step = -(-len(body) // PIECES)
        pieces = [body[start : start + step] for start in range(0, len(body), step)]
        return pieces, {**headers, "Content-Length": str(len(body))}
    chunks = [*([chunk(PIECE)] * PIECES), chunk(body) + b"0\r\n\r\n"]
    return chunks, {**headers, "Transfer-Encoding": "chunked"}


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
