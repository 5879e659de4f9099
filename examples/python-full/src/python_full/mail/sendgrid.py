"""Mail by SendGrid's HTTP API, version 3."""

import asyncio
from http import HTTPStatus

import httpx
import structlog

from ..adapters import Unavailable
from . import Mail

CALL_SECONDS = 5.0
MAX_CONNECTIONS = 8
FINAL = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}

log = structlog.stdlib.get_logger(__name__)


class SendGridMailer:
    def __init__(self, base_url: str, key: str, sender: str) -> None:
        self._sender = sender
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=CALL_SECONDS,
            limits=httpx.Limits(max_connections=MAX_CONNECTIONS),
        )

    async def send(self, mail: Mail) -> None:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                response = await self._client.post("/v3/mail/send", json=self._body(mail))
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable("email") from error
        if response.status_code in FINAL:
            log.error("A mail was refused", mail_id=mail.id, status=response.status_code)
        elif not response.is_success:
            log.warning("A mail was not taken", mail_id=mail.id, status=response.status_code)
            raise Unavailable("email")

    async def ping(self) -> None:
        """Says nothing: the API counts every call."""

    async def close(self) -> None:
        await self._client.aclose()

    def _body(self, mail: Mail) -> dict[str, object]:
        return {
            "personalizations": [{"to": [{"email": mail.to}], "custom_args": {"id": mail.id}}],
            "from": {"email": self._sender},
            "subject": mail.subject,
            "content": [{"type": "text/plain", "value": mail.text}],
        }
