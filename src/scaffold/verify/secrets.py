"""The secrets of a run, and where they must not turn up."""

from urllib.parse import urlsplit

from scaffold.verify.bench import Bench
from scaffold.verify.registry import NotApplicable

SHORTEST = 8
"""Characters below which a value is an everyday word, which may stand anywhere."""


def secrets(bench: Bench) -> dict[str, str]:
    """Return the parts of secret variables' values that nobody may show, by variable.

    Raises:
        NotApplicable: the contract has no secret, or none with a value that can be recognised.
    """
    environment = bench.site.environment()
    found = {
        variable.name: _hidden_part(environment[variable.name])
        for variable in bench.contract.variables
        if variable.secret and variable.name in environment
    }
    found = {name: hidden for name, hidden in found.items() if len(hidden) >= SHORTEST}
    if not found:
        raise NotApplicable("no secret variable has a value with a password in this run")
    return found


def _hidden_part(value: str) -> str:
    """A URL's secret is `user:password@`; another value is secret as a whole."""
    parts = urlsplit(value)
    if not parts.scheme:
        return value
    return f"{parts.username or ''}:{parts.password}@" if parts.password else ""


def leaks(text: str, found: dict[str, str]) -> list[str]:
    """Name the variables whose secret is in a text."""
    return [name for name, hidden in found.items() if hidden in text]
