import httpx
import pytest

from python_bare.hello import router


@pytest.fixture(autouse=True)
def nobody_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows a greeting is tested where it is written."""
    monkeypatch.setattr(router, "_followers", list)


async def test_it_greets_the_world(client: httpx.AsyncClient) -> None:
    assert (await client.get("/hello")).json() == {"message": "Hello, world!"}


async def test_it_greets_by_the_query(client: httpx.AsyncClient) -> None:
    response = await client.get("/hello", params={"name": "Ada"})
    assert response.json() == {"message": "Hello, Ada!"}


async def test_it_greets_by_the_body(client: httpx.AsyncClient) -> None:
    response = await client.post("/hello", json={"name": "Zoë"})
    assert response.json() == {"message": "Hello, Zoë!"}


@pytest.mark.parametrize(
    "body", [{}, {"name": 1}, {"name": ""}, {"name": "a\0b"}, {"nome": "Ada"}, []]
)
async def test_a_bad_body_is_a_problem_that_says_where(
    client: httpx.AsyncClient, body: object
) -> None:
    response = await client.post("/hello", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["errors"][0]["location"].startswith("body")


async def test_broken_json_is_a_problem(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    response = await client.post("/hello", content=b"{", headers=headers)
    assert response.status_code == 422
