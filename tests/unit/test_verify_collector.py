"""The receiver of traces takes a body however it is sent."""

import gzip
import http.client
from collections.abc import Iterator

import pytest

from scaffold.verify import ports
from scaffold.verify.collector import Collector

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector("127.0.0.1", ports.reserve()) as collector:
        yield collector


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_a_trace_is_found_however_it_is_sent(collector: Collector, chunked: bool, packed: bool) -> None:
    body = b'{"traceId":"' + TRACE.encode() + b'"}'
    body = gzip.compress(body) if packed else body
    connection = http.client.HTTPConnection("127.0.0.1", collector.server_port)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    sent = iter([body[:7], body[7:]]) if chunked else body
    connection.request("POST", "/v1/traces", sent, headers, encode_chunked=chunked)
    assert connection.getresponse().status == 200
    assert collector.has_trace(TRACE)
    assert not collector.has_trace("f" * 32)
