"""Types that the requests of several features share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"),
]
"""One line of text that starts with something to see."""


class Body(BaseModel):
    """A JSON body: nothing is converted, nothing unknown is ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _whole_numbers_are_integers(cls, value: object) -> object:
        """JSON has one kind of number, in which 2.0 is an integer."""
        return int(value) if isinstance(value, float) and value.is_integer() else value
