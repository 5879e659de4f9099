"""The description of the HTTP interface."""

import copy
from typing import Any

from switch import broken

PROBLEM = {
    "description": "An error",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
OBJECT = {"description": "An answer", "content": {"application/json": {"schema": {"type": "object"}}}}
NAMED = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 100}},
}
BODY = {"required": True, "content": {"application/json": {"schema": NAMED}}}
OCTETS = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
FILE = {"required": True, "content": OCTETS}
FETCHED = {"200": {"description": "A file", "content": OCTETS}, "404": PROBLEM, "503": PROBLEM}
KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": "^[a-z0-9]{1,64}$"}}
IDENTITY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def operation(name: str, *errors: int, status: int = 200, **more: object) -> dict[str, Any]:
    """Describe one operation."""
    described = {str(error): PROBLEM for error in (404, 405, 408, 413, 500, *errors)}
    return {"operationId": name, "responses": {str(status): OBJECT, **described}, **more}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Reference", "version": "1.0.0"},
    "paths": {
        "/livez": {"get": operation("livez")},
        "/readyz": {"get": operation("readyz", 503)},
        "/version": {"get": operation("version")},
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "responses": {"200": {"description": "Metrics", "content": {"text/plain": {}}}},
            }
        },
        "/openapi.json": {"get": operation("openapi")},
        "/items": {
            "get": operation("count", 429, 503),
            "post": operation("create", 422, 503, status=201, requestBody=BODY, parameters=[KEY]),
        },
        "/items/{id}": {"get": operation("read", 503, parameters=[IDENTITY])},
        "/slow": {"get": operation("slow", 503)},
        "/cart": {"get": operation("cart", 503)},
        "/cart/items": {"post": operation("add", 422, 503, status=201, requestBody=BODY)},
        "/jobs": {"post": operation("leave", 503, status=201)},
        "/jobs/{id}": {"get": operation("show", 503, parameters=[IDENTITY])},
        "/files": {"post": operation("keep", 503, status=201, requestBody=FILE)},
        "/files/{id}": {"get": {**operation("fetch", 503, parameters=[IDENTITY]), "responses": FETCHED}},
        "/stats": {"get": operation("stats", 503)},
    },
    "components": {
        "schemas": {
            "Problem": {
                "type": "object",
                "required": ["title", "status"],
                "properties": {"title": {"type": "string"}, "status": {"type": "integer"}},
            }
        }
    },
}


def document() -> dict[str, Any]:
    """Return the document, or one that breaks its promise."""
    shown = copy.deepcopy(DOCUMENT)
    if broken("api-openapi-valid"):
        shown["paths"]["/livez"]["get"]["operationId"] = "readyz"
    if broken("api-openapi-complete"):
        del shown["paths"]["/version"]
    return shown
