"""Mail by an SMTP server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from urllib.parse import unquote

import structlog
from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from pydantic import AnyUrl

from ..adapters import Unavailable
from . import Mail

CALL_SECONDS = 5.0
PING_SECONDS = 1.5
MAX_CONNECTIONS = 8
RECIPIENT_REFUSED = range(500, 600)
MAIL_REFUSED = range(550, 560)
"""Other codes are about what can be mended without the mail, such as a password."""

log = structlog.stdlib.get_logger(__name__)


class SmtpMailer:
    def __init__(self, url: AnyUrl, sender: str) -> None:
        self._url = url
        self._sender = sender
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)

    async def send(self, mail: Mail) -> None:
        message = self._message(mail)
        try:
            async with asyncio.timeout(CALL_SECONDS), self._slots, self._connected() as server:
                await server.send_message(message)
        except SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            self._judge(error, codes, RECIPIENT_REFUSED, mail)
        except SMTPResponseException as error:
            self._judge(error, [error.code], MAIL_REFUSED, mail)
        except (SMTPException, OSError) as error:
            raise Unavailable("email") from error

    async def ping(self) -> None:
        async with asyncio.timeout(PING_SECONDS), self._connected() as server:
            await server.noop()

    async def close(self) -> None:
        return

    def _judge(self, error: Exception, codes: list[int], final: range, mail: Mail) -> None:
        """A final no is told once; anything else may turn into a yes."""
        if not all(code in final for code in codes):
            raise Unavailable("email") from error
        log.error("A mail was refused", mail_id=mail.id, codes=codes)

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.id}@{self._sender.rpartition('@')[2]}>"
        message.set_content(mail.text)
        return message

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[SMTP]:
        user, password = self._url.username, self._url.password
        secure = self._url.scheme == "smtps"
        server = SMTP(
            hostname=self._url.host,
            port=self._url.port or (465 if secure else 587),
            username=unquote(user) if user else None,
            password=unquote(password) if password else None,
            use_tls=secure,
            # A password goes over an encrypted connection or not at all.
            start_tls=True if user and not secure else None,
            timeout=CALL_SECONDS,
        )
        async with server:
            yield server
