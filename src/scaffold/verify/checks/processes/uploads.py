"""Files that clients send are kept where every replica finds them."""

import secrets

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, check

from .replicas import located, pair

ANSWER_SECONDS = 15.0


@check(
    id="vi-uploads",
    factor="VI",
    promise="What was uploaded to one replica is read, byte for byte, from the other one",
    fix="Stream uploads to object storage; keep nothing of them on the disk.",
    needs=["backing", "request:upload"],
)
def uploads(bench: Bench) -> str:
    """Upload random bytes to one replica, read them from the other."""
    upload = bench.contract.requests["upload"]
    first, second = pair(bench)
    body = secrets.token_bytes(upload.size)
    answer = first.send(upload, body=body, timeout=ANSWER_SECONDS)
    if answer.status != upload.status:
        raise Failed(f"{upload.method} {upload.path}: {answer}, expected {upload.status}")
    path = located(upload, answer)
    read = second.get(path, timeout=ANSWER_SECONDS)
    if not read.ok or read.body != body:
        raise Failed(f"{len(body)} bytes uploaded to one replica; GET {path} of the other: {read}")
    return f"{len(body)} bytes uploaded to one replica, GET {path} of the other: the same bytes"
