"""Errors as `application/problem+json` (RFC 9457), and their description for OpenAPI."""

import json
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from .adapters import Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

log = structlog.stdlib.get_logger(__name__)


class Problem(BaseModel):
    """An error, for people and for programs (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says in `responses=` about the problems that it answers with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def respond(
    status: int,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    **extensions: object,
) -> Response:
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, **extensions)
    content = json.dumps(problem.model_dump(exclude_none=True))
    return Response(content, status, headers, MEDIA_TYPE)


def unavailable(detail: str, **extensions: object) -> Response:
    """503, with the time after which it makes sense to ask again."""
    return respond(503, detail, {"Retry-After": str(RETRY_AFTER_SECONDS)}, **extensions)


async def _on_http_exception(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    detail = None if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return respond(error.status_code, detail, headers)


def _allowed_methods(request: Request) -> list[str]:
    """All methods of a path: a route knows its own alone."""
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


async def _on_invalid_request(_request: Request, error: RequestValidationError) -> Response:
    errors = [
        {"location": ".".join(map(str, fault["loc"])), "message": fault["msg"]}
        for fault in error.errors()
    ]
    return respond(422, "The request does not fit its description", errors=errors)


async def _on_unavailable(_request: Request, error: Unavailable) -> Response:
    reason = type(error.__cause__ or error).__name__
    log.warning("A call failed", dependency=error.name, reason=reason)
    return unavailable(str(error))


Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

HANDLERS: dict[int | type[Exception], Handler] = {
    HTTPException: _on_http_exception,
    RequestValidationError: _on_invalid_request,
    Unavailable: _on_unavailable,
}
