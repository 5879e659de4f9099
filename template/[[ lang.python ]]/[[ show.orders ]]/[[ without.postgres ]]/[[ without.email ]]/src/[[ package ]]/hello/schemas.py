from pydantic import BaseModel

from ..schemas import Body, Line


class Greeting(BaseModel):
    message: str


class GreetingRequest(Body):
    name: Line
