"""What whoever runs the service asks it: liveness, readiness, metrics and version."""

from typing import Literal

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.responses import Response

from . import problems
from .about import NAME, VERSION
from .config import Common
from .health import Health, State

router = APIRouter(tags=["operations"])


class Liveness(BaseModel):
    status: Literal["live"] = "live"


class Readiness(BaseModel):
    status: Literal["ready"] = "ready"
    checks: dict[str, State]


class Version(BaseModel):
    name: str
    version: str
    revision: str


@router.get("/livez")
async def read_liveness() -> Liveness:
    """The process can answer; nothing else is looked at."""
    return Liveness()


@router.get("/readyz", response_model=Readiness, responses=problems.responses(503))
async def read_readiness(request: Request) -> Readiness | Response:
    """Whether requests should come here, with the state of every backing service."""
    health: Health = request.app.state.health
    report = await health.report()
    if report.ready:
        return Readiness(checks=report.checks)
    down = [name for name, state in report.checks.items() if state == "down"]
    reason = "draining" if health.draining else f"unavailable: {', '.join(down)}"
    return problems.unavailable(reason, checks=report.checks)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def read_metrics() -> Response:
    """Prometheus metrics."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


@router.get("/version")
async def read_version(request: Request) -> Version:
    """What is running."""
    revision = request.app.state.config[Common].service_revision
    return Version(name=NAME, version=VERSION, revision=revision)
