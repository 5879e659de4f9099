"""Errors inside the service, as its clients see them."""

from http import HTTPStatus

from scaffold.verify.bench import Bench
from scaffold.verify.checks.backing_services.garbage import garbled
from scaffold.verify.registry import Failed, NotApplicable, check

from .errors import INTERNALS
from .problems import PROBLEM


@check(
    id="api-no-internals-in-500",
    factor="API",
    promise="An error inside the service is a problem document that shows no internals",
    fix="Catch what nobody foresaw in one place: log it, answer a general problem with the request id.",
    needs=["backing", "request:sample"],
)
def no_internals(bench: Bench) -> str:
    """Read the answers to every request while a backing service answers garbage."""
    answers = {
        what: answer
        for what, answer in garbled(bench).answers.items()
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    }
    if not answers:
        raise NotApplicable("no request needs an answer of a backing service")
    for what, answer in answers.items():
        if found := INTERNALS.search(answer.text):
            raise Failed(f"{what}: {answer.status} shows `{answer.text[max(found.start() - 40, 0) :][:200]}`")
        if answer.headers.get("content-type", "").partition(";")[0] != PROBLEM:
            raise Failed(f"{what}: {answer}, expected {PROBLEM}")
    told = ", ".join(f"{what} {answer.status}" for what, answer in answers.items())
    return f"problem documents without internals: {told}"
