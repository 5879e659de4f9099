"""Errors are problem details (RFC 9457)."""

from scaffold.verify.bench import Bench
from scaffold.verify.client import Answer
from scaffold.verify.registry import Failed, check

PROBLEM = "application/problem+json"


def judge_problem(answer: Answer, what: str, *statuses: int) -> str:
    """Judge an error answer.

    Raises:
        Failed: its status is another, or it is no problem document that says the same status.
    """
    if answer.status not in statuses:
        raise Failed(f"{what}: {answer}, expected {' or '.join(map(str, statuses))}")
    if answer.headers.get("content-type", "").partition(";")[0] != PROBLEM:
        raise Failed(f"{what}: {answer}, expected {PROBLEM}")
    problem = answer.json()
    if not isinstance(problem, dict) or problem.get("status") != answer.status or not problem.get("title"):
        raise Failed(f"{what}: `status` and `title` do not describe {answer.status}: `{answer.text[:300]}`")
    return f"{what}: {answer.status} {PROBLEM}"


@check(
    id="api-unknown-route",
    factor="API",
    promise="An unknown route is answered 404 with a problem document",
    fix="Replace the framework's own 404 page by a handler that writes application/problem+json.",
)
def unknown_route(bench: Bench) -> str:
    """Ask for a path that no service has."""
    return judge_problem(bench.shared.get("/no-such-route"), "GET /no-such-route", 404)


@check(
    id="api-wrong-method",
    factor="API",
    promise="A known route with a wrong method is answered 405 with `Allow` and a problem document",
    fix="Answer 405 from the router, with the methods that the route has.",
    needs=["request:sample"],
)
def wrong_method(bench: Bench) -> str:
    """Send a method that no route has to the sample route."""
    path = bench.contract.requests["sample"].path
    answer = bench.shared.request("PROPFIND", path)
    if "allow" not in answer.headers:
        raise Failed(f"PROPFIND {path}: no `Allow` header with {answer}")
    return judge_problem(answer, f"PROPFIND {path}", 405)
