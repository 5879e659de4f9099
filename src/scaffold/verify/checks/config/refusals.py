"""What the service says to a configuration that it cannot use."""

import secrets
from dataclasses import dataclass

from scaffold.verify.bench import Bench
from scaffold.verify.contract import Variable
from scaffold.verify.logs import Log
from scaffold.verify.registry import Failed, Late, NotApplicable, check

ATTEMPTS = 2
MARK = secrets.token_hex(8)
"""Stands in every malformed secret, so that it is recognised where it is shown."""


@dataclass(frozen=True)
class Refusal:
    """A start that has to fail."""

    env: dict[str, str | None]
    code: int
    seconds: float
    log: Log


def refused(bench: Bench, env: dict[str, str | None]) -> Refusal:
    """Start the web process with a faulty environment and wait for its end.

    Raises:
        Failed: it does not end, or ends with 0.
    """
    service = bench.start(env=env, until="started")
    limit = bench.patience
    code = service.ended(limit)
    if code is None:
        raise Late(f"with {shown(env)} it still ran after {limit:g} s", service.log.tail())
    if code == 0:
        raise Failed(f"with {shown(env)} it ended with exit code 0", service.log.tail())
    return Refusal(env, code, service.lived(), service.log)


def shown(env: dict[str, str | None]) -> str:
    """Write an environment's faults for a reader."""
    return ", ".join(f"{name}={value}" if value is not None else f"no {name}" for name, value in env.items())


def one_line_names(refusal: Refusal, names: list[str]) -> str:
    """Return the one line that names every variable.

    Raises:
        Failed: there is none.
    """
    for line in refusal.log.lines:
        if all(name in line for name in names):
            return line
    unnamed = [name for name in names if name not in refusal.log.text]
    what = f"{', '.join(unnamed)} not named at all" if unnamed else "named, but in different lines"
    raise Failed(f"with {shown(refusal.env)}: {what}", refusal.log.tail())


def malformed(bench: Bench) -> Refusal:
    """Start once with every variable malformed; all checks share what came of it."""
    env: dict[str, str | None] = {
        variable.name: f"{variable.malformed}-{MARK}" if variable.secret else variable.malformed
        for variable in bench.contract.variables
        if variable.malformed
    }
    if not env:
        raise NotApplicable("the contract gives no malformed value for any variable")
    return bench.once("malformed", lambda lasting: refused(lasting, env))


@check(
    id="iii-missing-required",
    factor="III",
    promise="Without its required variables the process refuses to start and names all of them in one line",
    fix="Collect every fault before you give up; report them in one line, then exit with 78.",
)
def missing_required(bench: Bench) -> list[str]:
    """Take every required variable away at once."""
    names = [variable.name for variable in bench.contract.variables if variable.required]
    if not names:
        raise NotApplicable("the contract requires no variable")
    refusal = refused(bench, dict.fromkeys(names))
    return [f"exit code {refusal.code} after {refusal.seconds:.2f} s", one_line_names(refusal, names)]


@check(
    id="iii-malformed-named",
    factor="III",
    promise="Malformed values are refused, all of them named in one line",
    fix="Parse the whole environment once at start; collect the faults and report them together.",
)
def malformed_named(bench: Bench) -> list[str]:
    """Make every variable malformed at once."""
    refusal = malformed(bench)
    line = one_line_names(refusal, list(refusal.env))
    return [f"{shown(refusal.env)}: exit code {refusal.code}", line]


@check(
    id="iii-range",
    factor="III",
    promise="Numbers just outside their declared range are refused by name",
    fix="Check the bounds that the contract declares, both ends.",
)
def out_of_range(bench: Bench) -> list[str]:
    """Set each bounded number one below its minimum, then one above its maximum."""
    evidence = []
    for label, bound in (("below", _below), ("above", _above)):
        env: dict[str, str | None] = {
            variable.name: value
            for variable in bench.contract.variables
            if (value := bound(variable)) is not None
        }
        if env:
            refusal = refused(bench, env)
            one_line_names(refusal, list(env))
            evidence.append(f"{label} the range, {shown(env)}: exit code {refusal.code}, all named")
    if not evidence:
        raise NotApplicable("the contract declares no number with a minimum or a maximum")
    return evidence


def _below(variable: Variable) -> str | None:
    return None if variable.minimum is None else str(variable.minimum - 1)


def _above(variable: Variable) -> str | None:
    return None if variable.maximum is None else str(variable.maximum + 1)


@check(
    id="iii-fails-fast",
    factor="III",
    promise="A faulty configuration ends the process within its start-up budget",
    fix="Read the configuration before anything else: before connections, before imports that take long.",
    alone=True,
)
def fails_fast(bench: Bench) -> str:
    """Time a start with every variable malformed."""
    env = malformed(bench).env
    limit = max(2.0, bench.contract.ready_seconds)
    for _ in range(ATTEMPTS):
        seconds = refused(bench, env).seconds
        if seconds <= limit:
            return f"refused after {seconds:.2f} s, limit {limit:g} s"
    raise Late(
        f"{ATTEMPTS} times it took longer than {limit:g} s to refuse its configuration: {seconds:.2f} s"
    )
