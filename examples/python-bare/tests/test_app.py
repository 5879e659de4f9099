import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fakes import FakeAdapter
from fastapi import APIRouter, Depends, FastAPI, Request

from python_bare import body, logging
from python_bare.about import NAME, VERSION
from python_bare.adapters import Adapters, Unavailable
from python_bare.app import Application
from python_bare.health import Health


@pytest.fixture
def app(app: Application) -> Application:
    """The application with routes that do what no other route should."""

    @app.post("/sink")
    async def sink(request: Request) -> int:
        return len(await request.body())

    @app.get("/bug")
    async def bug() -> None:
        raise RuntimeError("internals")

    @app.get("/outage")
    async def outage() -> None:
        raise Unavailable("database") from ConnectionError("secret")

    return app


def problem(response: httpx.Response) -> dict[str, object]:
    assert response.headers["content-type"] == "application/problem+json"
    content: dict[str, object] = response.json()
    assert content["status"] == response.status_code
    return content


async def test_it_is_live(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).status_code == 200


async def test_it_tells_its_version(client: httpx.AsyncClient) -> None:
    content = (await client.get("/version")).json()
    assert content == {"name": NAME, "version": VERSION, "revision": "unknown"}


async def test_readiness_names_the_culprit(app: FastAPI, client: httpx.AsyncClient) -> None:
    app.state.health = Health(Adapters([FakeAdapter("db", down=True)]), "web")
    response = await client.get("/readyz")
    assert response.status_code == 503
    assert problem(response)["checks"] == {"db": "down"}


async def test_a_draining_process_is_live_but_unready(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    app.state.health = Health(Adapters([]), "web", draining=True)
    assert (await client.get("/readyz")).status_code == 503
    assert (await client.get("/livez")).status_code == 200


async def test_an_unknown_route_is_a_problem(client: httpx.AsyncClient) -> None:
    assert problem(await client.get("/nowhere"))["title"] == "Not Found"


async def test_a_wrong_method_is_a_problem_that_tells_the_right_ones(
    client: httpx.AsyncClient,
) -> None:
    response = await client.delete("/livez")
    assert problem(response)["status"] == 405
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize("nested", [False, True])
async def test_a_dependency_of_a_router_can_be_replaced(
    app: Application, client: httpx.AsyncClient, nested: bool
) -> None:
    def depth() -> int:
        return 1

    router = outer = APIRouter()

    @router.get("/depth")
    async def read_depth(depth: Annotated[int, Depends(depth)]) -> int:
        return depth

    if nested:
        outer = APIRouter()
        outer.include_router(router)
    app.add(outer)
    app.dependency_overrides[depth] = lambda: 2
    assert (await client.get("/depth")).json() == 2


async def test_a_bug_is_a_problem_without_internals(client: httpx.AsyncClient) -> None:
    response = await client.get("/bug")
    assert problem(response)["status"] == 500
    assert "internals" not in response.text


async def test_an_outage_is_a_problem_that_asks_to_come_again(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.configure()
    response = await client.get("/outage")
    assert problem(response)["status"] == 503
    assert int(response.headers["retry-after"]) > 0
    out = capsys.readouterr().out
    line = next(line for line in map(json.loads, out.splitlines()) if line["level"] == "warning")
    assert (line["dependency"], line["reason"]) == ("database", "ConnectionError")
    assert "secret" not in out


async def test_a_body_of_the_limit_is_taken(client: httpx.AsyncClient) -> None:
    response = await client.post("/sink", content=b"x" * body.MAX_BYTES)
    assert response.json() == body.MAX_BYTES


async def test_a_larger_body_is_refused_though_nothing_declares_it(
    client: httpx.AsyncClient,
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65536

    response = await client.post("/sink", content=endless())
    assert problem(response)["status"] == 413
    assert sent * 65536 <= body.MAX_BYTES + 2 * 65536


async def test_a_body_that_does_not_come_is_timed_out(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "MAX_SECONDS", 0.05)

    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(60)

    assert problem(await client.post("/sink", content=stuck()))["status"] == 408


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_3", True), ("a b", False), ("x" * 129, False)]
)
async def test_a_well_formed_request_id_is_taken_over(
    client: httpx.AsyncClient, given: str, kept: bool
) -> None:
    response = await client.get("/livez", headers={"X-Request-ID": given})
    assert (response.headers["x-request-id"] == given) is kept


async def test_the_access_line_tells_of_the_request(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.configure()
    trace = "0af7651916cd43dd8448eb211c80319c"
    await client.get(
        "/livez?secret=1",
        headers={"X-Request-ID": "id-1", "traceparent": f"00-{trace}-b7ad6b7169203331-01"},
    )
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    line = next(line for line in lines if line["message"] == "Request")
    assert line["duration_ms"] >= 0
    assert (line["method"], line["route"], line["status"]) == ("GET", "/livez", 200)
    assert (line["request_id"], line["trace_id"]) == ("id-1", trace)
    assert "secret" not in json.dumps(line)


async def test_metrics_count_by_the_pattern_of_a_route(client: httpx.AsyncClient) -> None:
    await client.get("/a-path-that-nobody-serves")
    metrics = (await client.get("/metrics")).text
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in metrics
    assert "http_request_duration_seconds_bucket" in metrics
    assert "process_cpu_seconds_total" in metrics
    assert "nobody-serves" not in metrics


async def test_every_operation_is_described_with_its_problems(client: httpx.AsyncClient) -> None:
    description = (await client.get("/openapi.json")).json()
    assert description["openapi"].startswith("3.1")
    assert {"/livez", "/readyz", "/metrics", "/version", "/openapi.json"} <= set(
        description["paths"]
    )
    for path in description["paths"].values():
        for operation in path.values():
            errors = {s: a for s, a in operation["responses"].items() if s >= "400"}
            assert "500" in errors
            assert all(list(a["content"]) == ["application/problem+json"] for a in errors.values())
