import re
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator

SPELLING = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def spelled_as_standard(value: str) -> str:
    """RFC 9562 knows one spelling; `UUID` takes others as well, such as one in braces."""
    if not SPELLING.fullmatch(value):
        raise ValueError("must be a UUID of five groups of digits")
    return value


OrderId = Annotated[UUID, BeforeValidator(spelled_as_standard)]
"""The id of an order in a request."""
