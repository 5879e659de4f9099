from functools import cache
from types import ModuleType

from fastapi import APIRouter, Request

from .. import discovery, problems
from ..schemas import Line
from .schemas import Greeting, GreetingRequest

router = APIRouter(prefix="/hello", tags=["hello"])


@router.get("")
async def read_greeting(name: Line = "world") -> Greeting:
    """Greets whoever is named in the query."""
    return greet(name)


@router.post("", responses=problems.responses(503))
async def create_greeting(greeting: GreetingRequest, request: Request) -> Greeting:
    """Greets whoever is named in the body, once every feature with a module `hello_said` has done its part."""
    for feature in _followers():
        await feature.follow(request.app.state.adapters, greeting)
    return greet(greeting.name)


def greet(name: str) -> Greeting:
    return Greeting(message=f"Hello, {name}!")


@cache
def _followers() -> list[ModuleType]:
    return list(discovery.features("hello_said"))
