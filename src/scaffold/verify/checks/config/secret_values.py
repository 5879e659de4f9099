"""Secrets are never shown, not even to whoever got one wrong."""

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, NotApplicable, check

from .refusals import MARK, malformed


@check(
    id="iii-secret-in-refusal",
    factor="III",
    promise="A malformed secret is refused without showing its value",
    fix="Report the variable's name and the rule; keep the rejected value out of messages and tracebacks.",
)
def secret_in_refusal(bench: Bench) -> str:
    """Put a recognisable text into every secret that can be malformed."""
    names = [variable.name for variable in bench.contract.variables if variable.secret and variable.malformed]
    if not names:
        raise NotApplicable("the contract has no secret variable with a malformed value")
    refusal = malformed(bench)
    if MARK in refusal.log.text:
        shown = next(line for line in refusal.log.lines if MARK in line)
        raise Failed(f"the rejected value stands in `{shown[:300]}`")
    return f"{', '.join(names)} malformed: refused with exit code {refusal.code}, no value shown"
