import httpx


async def test_a_cart_belongs_to_a_cookie(client: httpx.AsyncClient) -> None:
    await client.post("/cart/items", json={"item": "tea", "quantity": 2})
    response = await client.post("/cart/items", json={"item": "tea", "quantity": 1})
    assert response.json() == {"items": {"tea": 3}}
    assert (await client.get("/cart")).json() == {"items": {"tea": 3}}
    client.cookies.clear()
    assert (await client.get("/cart")).json() == {"items": {}}


async def test_the_cookie_is_kept_from_scripts_and_lives_for_another_hour(
    client: httpx.AsyncClient,
) -> None:
    cookie = (await client.get("/cart")).headers["set-cookie"]
    assert {"HttpOnly", "Max-Age=3600", "SameSite=lax"} <= set(cookie.split("; "))


async def test_an_id_that_the_service_did_not_make_is_replaced(client: httpx.AsyncClient) -> None:
    response = await client.get("/cart", headers={"Cookie": "cart=../../etc"})
    assert "etc" not in response.headers["set-cookie"]


async def test_a_bad_item_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/cart/items", json={"item": "tea", "quantity": 0})
    assert response.status_code == 422


async def test_a_full_cart_takes_more_of_its_items_and_no_other(client: httpx.AsyncClient) -> None:
    for number in range(100):
        await client.post("/cart/items", json={"item": f"tea {number}", "quantity": 1})
    response = await client.post("/cart/items", json={"item": "coffee", "quantity": 1})
    assert response.status_code == 409
    assert response.json()["detail"] == "The cart holds 100 items already"
    response = await client.post("/cart/items", json={"item": "tea 7", "quantity": 1})
    assert response.json()["items"]["tea 7"] == 2


async def test_stats_count_requests_but_no_probes(client: httpx.AsyncClient) -> None:
    assert (await client.get("/stats")).json() == {"requests": 0}
    await client.get("/livez")
    await client.get("/cart")
    assert (await client.get("/stats")).json() == {"requests": 2}
