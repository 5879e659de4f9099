from pydantic import BaseModel

from ..mail import Address
from ..schemas import Body, Line


class Greeting(BaseModel):
    message: str


class GreetingRequest(Body):
    name: Line
    email: Address | None = None
    """Who gets the greeting by mail as well."""
