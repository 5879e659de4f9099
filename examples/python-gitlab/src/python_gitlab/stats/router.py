from fastapi import APIRouter, Request
from pydantic import BaseModel

from .. import problems
from ..adapters.redis import Redis

KEY = "stats:requests"

router = APIRouter(prefix="/stats", tags=["stats"])


class Stats(BaseModel):
    requests: int


@router.get("", responses=problems.responses(503))
async def read_stats(request: Request) -> Stats:
    """How many requests all replicas have answered."""
    store = request.app.state.adapters[Redis].store
    return Stats(requests=int(await store.get(KEY) or 0))
