from typing import Annotated

from pydantic import AnyHttpUrl, AnyUrl, Field, UrlConstraints

from ..mail import Address
from . import Section

SmtpUrl = Annotated[AnyUrl, UrlConstraints(allowed_schemes=["smtp", "smtps"], host_required=True)]


class Settings(Section):
    mail_from: Address
    sendgrid_api_key: str | None = Field(default=None, repr=False, pattern=r"^[\x21-\x7e]+$")
    sendgrid_base_url: AnyHttpUrl = AnyHttpUrl("https://api.sendgrid.com")
    smtp_url: SmtpUrl | None = Field(default=None, repr=False)
