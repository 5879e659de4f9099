import httpx


async def test_a_greeting_that_cannot_be_announced_asks_to_come_again(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/hello", json={"name": "Ada"})
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
