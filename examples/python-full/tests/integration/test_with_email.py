import os
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from python_full import config
from python_full.adapters import email
from python_full.mail import Mail

pytestmark = pytest.mark.integration


async def test_a_mail_arrives() -> None:
    id = str(uuid4())
    adapter = await email.open(config.load(os.environ))
    await adapter.send(Mail(to="ada@example.com", subject=f"Tea {id}", text="Ready.", id=id))
    await adapter.close()
    page = f"http://{urlsplit(os.environ['SMTP_URL']).hostname}:8025/api/v1/search"
    async with httpx.AsyncClient() as client:
        found = (await client.get(page, params={"query": f'subject:"Tea {id}"'})).json()["messages"]
    assert [mail["To"][0]["Address"] for mail in found] == ["ada@example.com"]
    assert found[0]["MessageID"].startswith(f"{id}@")
