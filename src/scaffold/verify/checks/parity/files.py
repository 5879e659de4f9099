"""Development, CI and production say the same."""

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from scaffold.verify.bench import Bench
from scaffold.verify.compose import file_of
from scaffold.verify.contract import Contract
from scaffold.verify.registry import Failed, NotApplicable, check

ASSIGNMENT = re.compile(r"\s*#?\s*(?:export )?([A-Z][A-Z0-9_]*)=")
PASSED_THROUGH = "OTEL_"


def undeclared(names: Iterable[str], contract: Contract) -> list[str]:
    """Names that the contract does not declare and OTEL's do not cover."""
    known = {variable.name for variable in contract.variables}
    return sorted(name for name in set(names) - known if not name.startswith(PASSED_THROUGH))


@check(
    id="x-env-example",
    factor="X",
    promise=".env.example names exactly the variables that a person may set",
    fix="Write one line for each declared variable, commented out where it is optional.",
    needs=["file:.env.example"],
)
def env_example(bench: Bench) -> str:
    """Compare the names in .env.example with the contract."""
    text = (bench.contract.root / ".env.example").read_text(encoding="utf-8")
    named = {found[1] for line in text.splitlines() if (found := ASSIGNMENT.match(line))}
    settable = {variable.name for variable in bench.contract.variables if variable.set_by is None}
    if missing := sorted(settable - named):
        raise Failed(f".env.example does not name {', '.join(missing)}")
    if extra := undeclared(named, bench.contract):
        raise Failed(f".env.example names {', '.join(extra)}, which the contract does not declare")
    return f".env.example names all {len(settable)} variables, and no other"


@check(
    id="x-procfile",
    factor="X",
    promise="The Procfile starts the processes by the contract's commands",
    fix="Keep one list of commands; generate the others from it.",
    needs=["file:Procfile"],
)
def procfile(bench: Bench) -> str:
    """Compare the Procfile with the contract's processes."""
    text = (bench.contract.root / "Procfile").read_text(encoding="utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = {name.strip(): tuple(shlex.split(command)) for name, _, command in lines}
    for name, command in bench.contract.processes.items():
        if found.get(name) != command:
            raise Failed(f"{name} is {found.get(name)} in the Procfile, {command} in the contract")
    return f"the Procfile has the commands of {', '.join(bench.contract.processes)}"


def compose(bench: Bench) -> Mapping[str, Any]:
    """Read the services of the project's compose file.

    Raises:
        NotApplicable: it has none.
    """
    file = file_of(bench.contract.root)
    if file is None:
        raise NotApplicable("the project has no compose file")
    services: Mapping[str, Any] = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("services", {})
    return services


def names_of(environment: object) -> list[str]:
    """Names of a compose service's variables, whichever way they are written."""
    if isinstance(environment, Mapping):
        return [str(name) for name in environment]
    return [str(item).partition("=")[0] for item in environment] if isinstance(environment, list) else []


@check(
    id="x-compose-variables",
    factor="X",
    promise="The compose file gives the processes declared variables only, and every required one",
    fix="Declare what compose sets, set what is required.",
)
def compose_variables(bench: Bench) -> str:
    """Compare each process's environment in the compose file with the contract."""
    services = compose(bench)
    present = [name for name in bench.contract.processes if name in services]
    if not present:
        raise NotApplicable("the compose file has no service with the name of a process")
    for name in present:
        given = names_of(services[name].get("environment"))
        if extra := undeclared(given, bench.contract):
            raise Failed(f"compose gives {name} {', '.join(extra)}, which the contract does not declare")
        required = {variable.name for variable in bench.contract.variables if variable.required}
        if "env_file" not in services[name] and (missing := sorted(required - set(given))):
            raise Failed(f"compose does not give {name} the required {', '.join(missing)}")
    return f"the variables of {', '.join(present)} are the contract's"
