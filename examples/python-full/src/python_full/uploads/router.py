from collections.abc import AsyncIterator
from secrets import token_urlsafe
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from .. import problems
from ..adapters.s3 import S3, Object
from ..body import LIMIT
from .schemas import ContentType, Key, Upload

MAX_BYTES = 25 * 1024 * 1024
BINARY: dict[str, Any] = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
}

router = APIRouter(prefix="/uploads", tags=["uploads"], responses=problems.responses(503))


async def s3(request: Request) -> S3:
    storage: S3 = request.app.state.adapters[S3]
    return storage


async def allow_large_body(request: Request) -> None:
    request.scope[LIMIT] = MAX_BYTES


Storage = Annotated[S3, Depends(s3)]


async def kept(key: Key, storage: Storage) -> AsyncIterator[Object | None]:
    """What the key names, until the answer has been sent."""
    async with storage.get(_object(key)) as found:
        yield found


@router.post(
    "",
    status_code=201,
    dependencies=[Depends(allow_large_body)],
    openapi_extra={"requestBody": {"required": True, **BINARY}},
)
async def create_upload(
    request: Request,
    response: Response,
    storage: Storage,
    content_type: Annotated[ContentType, Header()] = "application/octet-stream",
) -> Upload:
    """Keeps the body, as it comes, under a new key that nobody can guess."""
    body = Body(request)
    key = token_urlsafe(24)
    await storage.put(_object(key), body.chunks(), content_type)
    response.headers["Location"] = f"{router.prefix}/{key}"
    return Upload(key=key, content_type=content_type, size=body.size)


@router.get(
    "/{key}",
    response_class=Response,
    responses={200: BINARY | {"description": "The content as it came"}, **problems.responses(404)},
)
async def read_upload(found: Annotated[Object | None, Depends(kept)]) -> Response:
    """What was sent, with its type; browsers are told to save it and not to guess."""
    if found is None:
        raise HTTPException(404, "There is no upload with this key")
    headers = {
        "Content-Length": str(found.size),
        "Content-Type": found.content_type,
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(found.content, headers=headers)


class Body:
    """A request's body, counted while it is read."""

    def __init__(self, request: Request) -> None:
        self.size = 0
        self._request = request

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._request.stream():
                self.size += len(chunk)
                yield chunk
        except ClientDisconnect:
            raise HTTPException(400, "The body ended too early") from None


def _object(key: str) -> str:
    return f"uploads/{key}"
