from fastapi import APIRouter

from ..schemas import Line
from .schemas import Greeting, GreetingRequest

router = APIRouter(prefix="/hello", tags=["hello"])


@router.get("")
async def read_greeting(name: Line = "world") -> Greeting:
    """Greets whoever is named in the query."""
    return greet(name)


@router.post("")
async def create_greeting(request: GreetingRequest) -> Greeting:
    """Greets whoever is named in the body."""
    return greet(request.name)


def greet(name: str) -> Greeting:
    return Greeting(message=f"Hello, {name}!")
