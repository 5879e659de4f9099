"""Mail, and whoever carries it: SendGrid, an SMTP server, or the log."""

from dataclasses import dataclass
from typing import Annotated, Protocol

import structlog
from pydantic import StringConstraints

log = structlog.stdlib.get_logger(__name__)

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+"
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
Address = Annotated[
    str,
    StringConstraints(max_length=254, pattern=rf"^{ATOM}(\.{ATOM})*@{LABEL}(\.{LABEL})+$"),
]
"""A plain address: no name, no quotes, nothing that could end a header."""


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str
    id: str
    """The same for every attempt to send this mail, so that whoever gets it twice can tell."""


class Mailer(Protocol):
    """Carries mail."""

    async def send(self, mail: Mail) -> None:
        """Hands a mail over; raises `Unavailable` when another attempt makes sense, else logs why not."""

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


class LogMailer:
    """Writes mail to the log, for people who look for it there."""

    async def send(self, mail: Mail) -> None:
        log.info("Mail", to=mail.to, subject=mail.subject, text=mail.text, mail_id=mail.id)

    async def ping(self) -> None:
        return

    async def close(self) -> None:
        return
