"""E-mail by whichever carrier the environment selects."""

from collections.abc import Mapping

import structlog
from opentelemetry.trace import SpanKind

from ..config import Config
from ..config.email import Settings
from ..mail import LogMailer, Mail, Mailer
from ..telemetry import tracer
from . import Readiness

log = structlog.stdlib.get_logger(__name__)


class Email:
    """Sends mail."""

    name = "email"
    readiness: Mapping[str, Readiness] = {
        "web": "reported",
        "worker": "reported",
        "scheduler": "reported",
    }

    def __init__(self, mailer: Mailer) -> None:
        self.mailer = mailer

    async def send(self, mail: Mail) -> None:
        """Hands a mail over; raises `Unavailable` when another attempt makes sense."""
        with tracer.start_as_current_span("send mail", kind=SpanKind.CLIENT):
            await self.mailer.send(mail)

    async def ping(self) -> None:
        await self.mailer.ping()

    async def close(self) -> None:
        await self.mailer.close()


async def open(config: Config) -> Email:
    return Email(_mailer(config[Settings]))


def _mailer(settings: Settings) -> Mailer:
    """SendGrid with a key, else SMTP with a URL, else the log; only what is used is imported."""
    if settings.sendgrid_api_key:
        from ..mail.sendgrid import SendGridMailer

        base_url = str(settings.sendgrid_base_url)
        return SendGridMailer(base_url, settings.sendgrid_api_key, settings.mail_from)
    if settings.smtp_url:
        from ..mail.smtp import SmtpMailer

        return SmtpMailer(settings.smtp_url, settings.mail_from)
    log.warning("Neither SENDGRID_API_KEY nor SMTP_URL is set: mail goes to the log")
    return LogMailer()
