"""The service's own description of its interface."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, NotApplicable

METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    path: str
    method: str
    facts: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


@dataclass(frozen=True)
class Description:
    """An OpenAPI document."""

    document: Mapping[str, Any]

    def operations(self) -> Iterator[Operation]:
        """Yield every operation."""
        for path, item in self.document.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    yield Operation(path, method, item[method])

    def find(self, method: str, path: str) -> Operation | None:
        """Find the operation that answers a request, by its path without the query."""
        plain = path.partition("?")[0].split("/")
        for operation in self.operations():
            pattern = operation.path.split("/")
            fits = len(pattern) == len(plain) and all(
                part.startswith("{") or part == given for part, given in zip(pattern, plain, strict=True)
            )
            if fits and operation.method == method.lower():
                return operation
        return None

    def resolve(self, node: Any) -> Any:
        """Follow a local reference.

        Raises:
            Failed: it leads nowhere.
        """
        while isinstance(node, dict) and "$ref" in node:
            place: Any = self.document
            for step in str(node["$ref"]).removeprefix("#/").split("/"):
                place = (
                    place.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(place, dict) else None
                )
            if place is None:
                raise Failed(f"the reference `{node['$ref']}` leads nowhere")
            node = place
        return node

    def body(self, operation: Operation) -> Any:
        """Make a small valid JSON body for an operation; None if it takes none."""
        taken = self.resolve(operation.facts.get("requestBody", {}))
        content = taken.get("content", {}).get("application/json")
        return self.example(content.get("schema", {})) if content else None

    def example(self, schema: Any) -> Any:
        """Make a small value that a schema admits, required properties only."""
        schema = self.resolve(schema)
        for word in ("const", "default", "example"):
            if word in schema:
                return schema[word]
        if schema.get("examples") or schema.get("enum"):
            return (schema.get("examples") or schema["enum"])[0]
        if options := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
            return self.example(options[0])
        kind = schema.get("type")
        if kind == "object":
            properties = schema.get("properties", {})
            return {name: self.example(properties.get(name, {})) for name in schema.get("required", ())}
        if kind == "array":
            return [self.example(schema.get("items", {})) for _ in range(schema.get("minItems", 0))]
        return self._scalar(str(kind), schema)

    def _scalar(self, kind: str, schema: Mapping[str, Any]) -> Any:
        number = int(max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1, 1))
        text = "tea".ljust(schema.get("minLength", 1), "a")
        return {"boolean": True, "string": text, "integer": number, "number": number}.get(kind)


def described(bench: Bench) -> Description:
    """Fetch the description, once.

    Raises:
        NotApplicable: the contract says that there is none.
    """
    path = bench.contract.http.openapi
    if path is None:
        raise NotApplicable("the contract has no `http.openapi`")
    return bench.once("openapi", lambda _: Description(bench.shared.get(path).json()))
