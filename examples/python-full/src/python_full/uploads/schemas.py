from typing import Annotated

from pydantic import BaseModel, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{32}$")]
ContentType = Annotated[
    str,
    StringConstraints(
        max_length=128,
        pattern=r"^[a-zA-Z0-9.+-]+/[a-zA-Z0-9.+-]+(; ?[a-zA-Z0-9-]+=[a-zA-Z0-9._-]+)?$",
    ),
]


class Upload(BaseModel):
    key: Key
    content_type: ContentType
    size: int
