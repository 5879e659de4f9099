"""A first contract for a service that has none, from what its project says about itself."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.verify.compose import file_of
from scaffold.verify.contract import FILE_NAME

ASSIGNMENT = re.compile(r"\s*(?P<comment>#)?\s*(?:export )?(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)")
SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|KEY|DSN|_URL\Z|_URI\Z")
PROBES = {"liveness": "/livez", "readiness": "/readyz"}
HEAD = """\
# What this service promises to whoever runs it. `scaffold verify` starts the service by it and proves it.
# Written by `scaffold verify --init` from {sources}; a guess is marked with CHECK.
# Every field: docs/schemas/twelve-factor.schema.json of the scaffold project.
"""


@dataclass(frozen=True)
class Found:
    """What the files of a project say."""

    sources: tuple[str, ...]
    processes: dict[str, list[str]]
    variables: dict[str, tuple[str, bool]]
    """Value and whether it is set (not commented out), by name."""
    images: dict[str, str]
    """Images of the compose file's other services, by service."""


def write(folder: Path) -> Path:
    """Write the contract.

    Raises:
        ScaffoldError: there is one already (3), or the folder says nothing of a service (2).
    """
    target = folder / FILE_NAME
    if target.exists():
        raise ScaffoldError(
            f"`{target}` exists already", hint="edit it, or remove it", code=ExitCode.CONFLICT
        )
    found = look(folder)
    if not found.sources:
        hint = "run it where a Dockerfile, Procfile, compose file or .env.example is"
        raise ScaffoldError(f"nothing in `{folder}` describes a service", hint=hint)
    target.write_text(text(folder, found), encoding="utf-8")
    return target


def look(folder: Path) -> Found:
    """Read the Dockerfile, the Procfile, the compose file and .env.example."""
    files = {name: folder / name for name in ("Dockerfile", "Procfile", ".env.example")}
    present = [name for name, file in files.items() if file.is_file()]
    processes = _dockerfile_command(files["Dockerfile"]) | _procfile(files["Procfile"])
    variables = _assignments(files[".env.example"])
    images: dict[str, str] = {}
    if (compose := file_of(folder)) is not None:
        present.append(compose.name)
        images = _compose(compose, variables)
    return Found(tuple(present), processes, variables, images)


def _dockerfile_command(file: Path) -> dict[str, list[str]]:
    if not file.is_file():
        return {}
    words: list[str] = []
    for line in re.sub(r"\\\n", " ", file.read_text(encoding="utf-8")).splitlines():
        verb, _, rest = line.strip().partition(" ")
        if verb.upper() in ("ENTRYPOINT", "CMD"):
            argv = [str(word) for word in yaml.safe_load(rest)] if rest.startswith("[") else shlex.split(rest)
            words = argv if verb.upper() == "ENTRYPOINT" else [*words, *argv]
    return {"web": words} if words else {}


def _procfile(file: Path) -> dict[str, list[str]]:
    if not file.is_file():
        return {}
    lines = [line.partition(":") for line in file.read_text(encoding="utf-8").splitlines() if ":" in line]
    return {name.strip(): shlex.split(command) for name, _, command in lines if not name.startswith("#")}


def _assignments(file: Path) -> dict[str, tuple[str, bool]]:
    if not file.is_file():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    matches = [match for line in lines if (match := ASSIGNMENT.fullmatch(line))]
    return {match["name"]: (match["value"].strip().strip("'\""), not match["comment"]) for match in matches}


def _compose(file: Path, variables: dict[str, tuple[str, bool]]) -> dict[str, str]:
    """Add the variables of services that are built; return the images of those that are not."""
    services: dict[str, Any] = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("services", {})
    for service in services.values():
        environment = service.get("environment", {}) if "build" in service else {}
        if isinstance(environment, list):
            environment = dict(str(item).partition("=")[::2] for item in environment)
        for name, value in environment.items():
            variables.setdefault(str(name), (str(value or ""), True))
    return {name: str(service["image"]) for name, service in services.items() if "image" in service}


def text(folder: Path, found: Found) -> str:
    """Write the contract's text; what the project did not say is a guess that says so."""
    name = re.sub(r"[^a-z0-9-]+", "-", folder.resolve().name.lower()).strip("-")
    lines = [HEAD.format(sources=", ".join(found.sources)), "version: 1", f"name: {name}", "", "processes:"]
    for process, command in (found.processes or {"web": ["CHECK"]}).items():
        served = str(process == "web").lower()
        lines.append(f"  {process}: {{command: {_flow(command)}, http: {served}}}")
    lines += ["", "http:  # CHECK: paths of your probes; metrics, openapi and version may be added"]
    lines += ["  port_variable: PORT", *(f"  {probe}: {path}" for probe, path in PROBES.items())]
    lines += ["", "variables:  # CHECK: required, secret; add minimum, maximum and a malformed value"]
    variables = {"PORT": ("8000", False)} | found.variables
    lines += [f"  - {_flow(_variable(name, *value))}" for name, value in variables.items()]
    lines += ["", *_services(found)]
    lines += ["budgets: {ready_seconds: 10, grace_seconds: 30}  # CHECK", ""]
    lines += ["# requests:  # what the suite may send: a read that always works, a write with a body"]
    lines += ["#   sample: {method: GET, path: /, status: 200}"]
    if "Dockerfile" in found.sources:
        lines += ["", "image: {context: .}"]
    return "\n".join([*lines, ""])


def _variable(name: str, value: str, is_set: bool) -> dict[str, object]:
    kind = "url" if "://" in value else "integer" if value.isdecimal() else "string"
    required = is_set and kind == "url"
    entry: dict[str, object] = {
        "name": name,
        "type": kind,
        "required": required,
        "secret": bool(SECRET.search(name)),
    }
    if value:
        entry["example" if required else "default"] = value
    return entry


def _services(found: Found) -> list[str]:
    """Pair each image of the compose file with the variable whose URL names it."""
    lines = []
    for service in found.images:
        pairs = [
            name for name, (value, _) in found.variables.items() if re.search(rf"[/@]{service}[:/]", value)
        ]
        pairs += [name for name in found.variables if name.startswith(service.upper()) and name not in pairs]
        variable = next((name for name in pairs if name.endswith(("_URL", "_URI", "_DSN"))), None)
        if variable:
            entry = {"id": service, "variable": variable, "readiness": "required", "compose_service": service}
            lines.append(f"  - {_flow(entry)}")
    return (
        ["services:  # CHECK: required (an outage makes it unready) or reported", *lines, ""] if lines else []
    )


def _flow(value: object) -> str:
    return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000).strip()
