"""Secrets are never shown, not even to whoever got one wrong."""

import secrets

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, NotApplicable, check

from .refusals import refused


@check(
    id="iii-secret-in-refusal",
    factor="III",
    promise="A malformed secret is refused without showing its value",
    fix="Report the variable's name and the rule; keep the rejected value out of messages and tracebacks.",
)
def secret_in_refusal(bench: Bench) -> str:
    """Put a recognisable text into every secret that can be malformed."""
    mark = secrets.token_hex(8)
    env: dict[str, str | None] = {
        variable.name: f"{variable.malformed}-{mark}"
        for variable in bench.contract.variables
        if variable.secret and variable.malformed
    }
    if not env:
        raise NotApplicable("the contract has no secret variable with a malformed value")
    refusal = refused(bench, env)
    if mark in refusal.log.text:
        shown = next(line for line in refusal.log.lines if mark in line)
        raise Failed(f"the rejected value stands in `{shown[:300]}`")
    return f"{', '.join(env)} malformed: refused with exit code {refusal.code}, no value shown"
