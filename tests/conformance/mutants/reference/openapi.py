"""The description of the HTTP interface."""

PROBLEM = {
    "description": "An error",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
OBJECT = {"description": "An answer", "content": {"application/json": {"schema": {"type": "object"}}}}
GREETING = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 100}},
            }
        }
    },
}


def operation(name: str, *errors: int, **more: object) -> dict[str, object]:
    """Describe one operation."""
    return {
        "operationId": name,
        "responses": {"200": OBJECT, **{str(error): PROBLEM for error in errors}},
        **more,
    }


DOCUMENT = {
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
        "/hello": {
            "get": operation("hello"),
            "post": operation("greet", 408, 413, 422, requestBody=GREETING),
        },
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
