import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from aiosmtplib import SMTPAuthenticationError, SMTPRecipientRefused, SMTPRecipientsRefused
from environment import example
from pydantic import TypeAdapter, ValidationError

from python_full import config
from python_full.adapters import Unavailable, email
from python_full.mail import Address, LogMailer, Mail
from python_full.mail.sendgrid import SendGridMailer
from python_full.mail.smtp import SmtpMailer

MAIL = Mail(to="ada@example.com", subject="Hello", text="Hello, Ada!", id="m-1")
NONE = {"SENDGRID_API_KEY": "", "SMTP_URL": ""}


ADDRESSES = TypeAdapter[str](Address)


@pytest.mark.parametrize("address", ["a@b.cd", "a.b+c-d_e@mail.x-y.example", f"a@{'x' * 63}.org"])
def test_an_address_is_taken(address: str) -> None:
    assert ADDRESSES.validate_python(address) == address


@pytest.mark.parametrize("local", ["", ".a", "a.", "a..b", "a b", "a\n"])
def test_an_address_with_a_bad_local_part_is_refused(local: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESSES.validate_python(f"{local}@example.com")


@pytest.mark.parametrize(
    "domain", ["", "b", "-b.cd", "b-.cd", "b.-cd", "b.cd-", "b..cd", ".b.cd", "b.cd.", "b.cd\n"]
)
def test_an_address_with_a_bad_domain_is_refused(domain: str) -> None:
    with pytest.raises(ValidationError):
        ADDRESSES.validate_python(f"a@{domain}")


async def opened(**changes: str) -> email.Email:
    return await email.open(config.load(example() | NONE | changes))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, LogMailer),
        ({"SMTP_URL": "smtp://localhost:1"}, SmtpMailer),
        ({"SMTP_URL": "smtp://localhost:1", "SENDGRID_API_KEY": "SG.x"}, SendGridMailer),
    ],
)
async def test_the_environment_alone_selects_the_carrier(
    changes: dict[str, str], kind: type[object]
) -> None:
    adapter = await opened(**changes)
    assert type(adapter.mailer) is kind
    await adapter.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@b.c\nBcc: x@y.z"),
        ("SMTP_URL", "http://localhost"),
        ("SENDGRID_API_KEY", "two words"),
        ("SENDGRID_BASE_URL", "ftp://x"),
    ],
)
def test_a_malformed_variable_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(config.ConfigError) as refused:
        config.load(example() | {name: value})
    assert [fault.variable for fault in refused.value.faults] == [name]


async def test_an_smtp_server_that_is_not_there_is_an_outage() -> None:
    adapter = await opened(SMTP_URL="smtp://127.0.0.1:1")
    with pytest.raises(Unavailable):
        await adapter.send(MAIL)
    with pytest.raises(OSError, match="connect"):
        await adapter.ping()


def refused(*codes: int) -> SMTPRecipientsRefused:
    return SMTPRecipientsRefused([SMTPRecipientRefused(code, "no", MAIL.to) for code in codes])


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (refused(550), False),
        (refused(501), False),
        (refused(450), True),
        (refused(550, 450), True),
        (SMTPAuthenticationError(535, "no"), True),
    ],
)
async def test_an_smtp_server_says_a_final_no_once(
    monkeypatch: pytest.MonkeyPatch, error: Exception, again: bool
) -> None:
    @asynccontextmanager
    async def connected(_mailer: SmtpMailer) -> AsyncIterator[None]:
        raise error
        yield

    monkeypatch.setattr(SmtpMailer, "_connected", connected)
    adapter = await opened(SMTP_URL="smtp://127.0.0.1:1")
    if again:
        with pytest.raises(Unavailable):
            await adapter.send(MAIL)
    else:
        await adapter.send(MAIL)


@pytest.mark.parametrize(
    "change", [{"subject": "a\nBcc: x@example.com"}, {"to": "a@example.com\r\nBcc: x@example.com"}]
)
async def test_a_line_break_never_becomes_a_header(change: dict[str, str]) -> None:
    adapter = await opened(SMTP_URL="smtp://127.0.0.1:1")
    with pytest.raises(ValueError, match="Header values"):
        await adapter.send(Mail(**{"to": MAIL.to, "subject": "s", "text": "t", "id": "i"} | change))


Answer = Callable[[httpx.Request], httpx.Response]


def sendgrid(answer: Answer) -> SendGridMailer:
    mailer = SendGridMailer("https://mail.test", "SG.key", "from@example.com")
    mailer._client = httpx.AsyncClient(
        transport=httpx.MockTransport(answer),
        base_url="https://mail.test",
        headers=mailer._client.headers,
    )
    return mailer


async def test_sendgrid_gets_what_its_description_asks_for() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(202)

    await sendgrid(answer).send(MAIL)
    (request,) = asked
    assert (request.method, request.url.path) == ("POST", "/v3/mail/send")
    assert request.headers["authorization"] == "Bearer SG.key"
    body = json.loads(request.content)
    assert body["personalizations"][0]["to"] == [{"email": MAIL.to}]
    assert body["content"] == [{"type": "text/plain", "value": MAIL.text}]


@pytest.mark.parametrize(
    ("status", "again"), [(400, False), (413, False), (401, True), (429, True), (503, True)]
)
async def test_only_what_may_change_is_tried_again(status: int, again: bool) -> None:
    mailer = sendgrid(lambda _request: httpx.Response(status))
    if again:
        with pytest.raises(Unavailable):
            await mailer.send(MAIL)
    else:
        await mailer.send(MAIL)
