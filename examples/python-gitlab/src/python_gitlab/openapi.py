"""The service's description: OpenAPI 3.1, with every route and every problem that it answers."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi

from . import problems

router = APIRouter(tags=["operations"])


@router.get("/openapi.json")
async def read_openapi(request: Request) -> dict[str, Any]:
    """This description."""
    description: dict[str, Any] = request.app.openapi()
    return description


def describe(app: FastAPI) -> dict[str, Any]:
    """FastAPI's description of `app`, in which every error is a problem."""
    description = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    for path in description["paths"].values():
        for operation in path.values():
            operation["responses"].update(_problems(operation))
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = problems.Problem.model_json_schema()
    return description


def _problems(operation: dict[str, Any]) -> dict[str, Any]:
    """What any operation may answer, and what one with a body or parameters may."""
    statuses = [400, 500]
    if "requestBody" in operation:
        statuses += [408, 413]
    if "422" in operation["responses"]:
        statuses.append(422)
    return {str(status): answer for status, answer in problems.responses(*statuses).items()}
