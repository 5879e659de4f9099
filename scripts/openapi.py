"""Write docs/openapi.json, the HTTP part of the contract, from the description of a running full service.

Usage: python scripts/openapi.py URL

URL is where the service answers, such as http://127.0.0.1:8000. Every stack's full service is held to
the result by tests/build/test_openapi.py. What tools choose is left out: the names and titles of
schemas, prose, operation ids, the service's own name and version.
"""

import json
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

DESCRIPTION = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"
PROSE = {"title", "description", "summary", "operationId", "tags"}
NULL = {"type": "null"}
INFO = {"title": "HTTP part of the contract", "version": "1"}


def normalized(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a client may notice of a description, in one order and one spelling."""
    paths = {
        path: {method: _operation(operation, document) for method, operation in sorted(operations.items())}
        for path, operations in sorted(document["paths"].items())
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "HTTP part of the contract", "version": "1"},
        "paths": paths,
    }


def _operation(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    parameters = [_parameter(parameter, document) for parameter in operation.get("parameters", [])]
    result: dict[str, Any] = {
        "parameters": sorted(parameters, key=lambda parameter: (parameter["in"], parameter["name"])),
        "responses": {
            status: _response(status, response, document)
            for status, response in sorted(operation["responses"].items())
        },
    }
    if body := operation.get("requestBody"):
        result["requestBody"] = {"required": body.get("required", False), "content": _content(body, document)}
    return result


def _response(status: str, response: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    headers = {name: {"schema": {"type": "string"}} for name in sorted(response.get("headers", {}))}
    content = {"content": _content(response, document), "headers": headers}
    return {"description": HTTPStatus(int(status)).phrase} | {
        part: found for part, found in content.items() if found
    }


def _parameter(parameter: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    schema = _schema(parameter["schema"], document)
    # A parameter is absent or a text: null cannot be sent.
    values = [option for option in schema.get("anyOf", []) if option != NULL]
    return {
        "name": parameter["name"].lower() if parameter["in"] == "header" else parameter["name"],
        "in": parameter["in"],
        "required": parameter.get("required", False),
        "schema": values[0] if len(values) == 1 else schema,
    }


def _content(part: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    content = part.get("content", {})
    return {
        kind: {"schema": _schema(media.get("schema", {}), document)}
        for kind, media in sorted(content.items())
    }


def _schema(schema: Any, document: dict[str, Any]) -> Any:
    """Return a schema with its references resolved and without prose."""
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return _schema(document["components"]["schemas"][reference.rpartition("/")[2]], document)
    return _spelled({key: _part(key, value, document) for key, value in schema.items() if key not in PROSE})


def _part(key: str, value: Any, document: dict[str, Any]) -> Any:
    match key:
        case "properties" | "patternProperties":
            return {name: _schema(part, document) for name, part in sorted(value.items())}
        case "anyOf" | "oneOf" | "allOf":
            return sorted((_schema(option, document) for option in value), key=json.dumps)
        case "required" | "enum":
            return sorted(value)
        case "items" | "additionalProperties":
            return _schema(value, document)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _spelled(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in one of the spellings that mean the same."""
    if schema.get("patternProperties", {}).keys() == {"^.*$"}:
        schema["additionalProperties"] = schema.pop("patternProperties")["^.*$"]
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "enum" in schema and all(isinstance(value, str) for value in schema["enum"]):
        schema["type"] = "string"
    if schema.get("default", 0) is None:
        del schema["default"]
    for name in ("required", "properties"):
        if not schema.get(name, True):
            del schema[name]
    return dict(sorted(schema.items()))


def main() -> int:
    """Write what the service at the URL says of itself."""
    match sys.argv[1:]:
        case [url]:
            document = httpx.get(f"{url}/openapi.json", timeout=15).raise_for_status().json()
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    text = json.dumps(normalized(document), indent=2, ensure_ascii=False)
    DESCRIPTION.write_text(f"{text}\n", encoding="utf-8")
    print(DESCRIPTION.relative_to(DESCRIPTION.parent.parent))
    return 0


if __name__ == "__main__":
    sys.exit(main())
