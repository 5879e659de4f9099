"""The OpenAPI document is valid, complete and true."""

import json

from scaffold.verify.bench import Bench
from scaffold.verify.openapi import Description, Operation, described
from scaffold.verify.registry import Failed, check


@check(
    id="api-openapi-valid",
    factor="API",
    promise="The OpenAPI document is well-formed: version 3, unique operations, references that resolve",
    fix="Let the framework write the document and keep hand-made parts to its schema.",
    needs=["http:openapi"],
)
def valid(bench: Bench) -> str:
    """Read the document and follow every reference."""
    description = described(bench)
    document = description.document
    if not str(document.get("openapi", "")).startswith("3.") or "title" not in document.get("info", {}):
        raise Failed(f"no OpenAPI 3 document: `openapi` is {document.get('openapi')!r}")
    operations = list(description.operations())
    names = [operation.facts.get("operationId") for operation in operations]
    if twice := {name for name in names if name and names.count(name) > 1}:
        raise Failed(f"`operationId` {', '.join(map(str, twice))} stands for several operations")
    if silent := [str(operation) for operation in operations if not operation.facts.get("responses")]:
        raise Failed(f"no `responses` for {', '.join(silent)}")
    count = follow(description, document)
    return f"OpenAPI {document['openapi']}: {len(operations)} operations, {count} references that resolve"


def follow(description: Description, node: object) -> int:
    """Resolve every reference below a node; return how many there are."""
    if isinstance(node, list):
        return sum(follow(description, item) for item in node)
    if not isinstance(node, dict):
        return 0
    if isinstance(node.get("$ref"), str):
        description.resolve(node)
        return 1
    return sum(follow(description, item) for item in node.values())


@check(
    id="api-openapi-complete",
    factor="API",
    promise="Every route of the contract is described",
    fix="Describe the probes and the metrics too.",
    needs=["http:openapi"],
)
def complete(bench: Bench) -> str:
    """Look for the probes and the contract's requests in the document."""
    http, description = bench.contract.http, described(bench)
    routes = [("GET", path) for path in (http.liveness, http.readiness, http.metrics, http.version) if path]
    routes += [(request.method, request.path) for request in bench.contract.requests.values()]
    if missing := [f"{method} {path}" for method, path in routes if description.find(method, path) is None]:
        raise Failed(f"not described: {', '.join(missing)}")
    return f"{len(routes)} routes of the contract are described"


@check(
    id="api-documented-answers",
    factor="API",
    promise="Every answer has a status and a content type that the description lists",
    fix="Describe each error that a route can answer, with its content type.",
    needs=["http:openapi"],
)
def documented_answers(bench: Bench) -> str:
    """Send each operation a few good and bad requests."""
    description, sent = described(bench), 0
    for operation in description.operations():
        bodies: list[object] = [description.body(operation), [], {"unexpected": None}, "text"]
        for body in bodies:
            judge(bench, description, operation, body)
            sent += 1
    return f"{sent} requests to every operation, each answer described"


def judge(bench: Bench, description: Description, operation: Operation, body: object) -> None:
    """Send one request and look its answer up."""
    path = "/".join("verify" if part.startswith("{") else part for part in operation.path.split("/"))
    taken = "requestBody" in operation.facts
    answer = bench.shared.request(
        operation.method.upper(),
        path,
        headers={"Content-Type": "application/json"} if taken else {},
        body=json.dumps(body).encode() if taken else None,
    )
    responses = operation.facts["responses"]
    found = responses.get(str(answer.status), responses.get("default"))
    what = f"{operation} with {json.dumps(body)}" if taken else str(operation)
    if found is None:
        raise Failed(f"{what}: {answer}; described are {', '.join(responses)}")
    kinds = description.resolve(found).get("content", {})
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kinds and kind not in kinds:
        raise Failed(f"{what}: {answer}; described for {answer.status} are {', '.join(kinds)}")
