"""The contract of one service, read from its `.twelve-factor.yml`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Self

import jsonschema_rs
import yaml

from scaffold import schemas
from scaffold.errors import ScaffoldError
from scaffold.verify import document

FILE_NAME = ".twelve-factor.yml"


@dataclass(frozen=True)
class Variable:
    """One environment variable that the service reads."""

    name: str
    type: str
    required: bool
    secret: bool
    values: tuple[str, ...] = ()
    default: str | None = None
    example: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    malformed: str | None = None
    set_by: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Make a variable from its entry in the contract."""
        return cls(**{**data, "values": tuple(data.get("values", ()))})


@dataclass(frozen=True)
class BackingService:
    """A service that this one depends on, reached by the URL in one variable."""

    id: str
    variable: str
    readiness: str | Mapping[str, str]
    compose_service: str | None = None
    engine: str | None = None
    """Name and major version, as `postgres:18`."""

    def required_by(self, process: str) -> bool:
        """Tell whether its outage makes the process unready."""
        if isinstance(self.readiness, str):
            return self.readiness == "required"
        return self.readiness.get(process, "required") == "required"


@dataclass(frozen=True)
class Request:
    """A request that the suite may send, and the status that answers it."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    json: Any = None
    size: int = 0
    """Bytes of a body that the suite makes."""
    process: str = "worker"
    """The process type that does the job which it leaves."""
    done: Mapping[str, Any] = field(default_factory=dict)
    log: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Make a request from its entry in the contract."""
        return cls(**{"headers": {}, **data})


@dataclass(frozen=True)
class Http:
    """Where the probes and descriptions are; None where the service has none."""

    port_variable: str
    liveness: str
    readiness: str
    metrics: str | None = None
    openapi: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Contract:
    """What a service promises to whoever runs it."""

    name: str
    root: Path
    processes: Mapping[str, tuple[str, ...]]
    http_processes: frozenset[str]
    http: Http
    variables: tuple[Variable, ...]
    services: tuple[BackingService, ...]
    migrations: Mapping[str, tuple[str, ...]]
    admin: Mapping[str, tuple[str, ...]]
    ready_seconds: float
    grace_seconds: float
    requests: Mapping[str, Request]
    image: Mapping[str, str] | None
    host_path: tuple[str, ...]
    host_setup: tuple[str, ...]

    @classmethod
    def of(cls, data: Mapping[str, Any], root: Path) -> Self:
        """Make a contract from a document that its schema admits."""
        budgets, host = data.get("budgets", {}), data.get("host", {})
        return cls(
            name=data["name"],
            root=root,
            processes=_commands({name: process["command"] for name, process in data["processes"].items()}),
            http_processes=frozenset(name for name, process in data["processes"].items() if process["http"]),
            http=Http(**data["http"]),
            variables=tuple(Variable.of(item) for item in data["variables"]),
            services=tuple(BackingService(**item) for item in data.get("services", ())),
            migrations=_commands(data.get("migrations", {})),
            admin=_commands(data.get("admin", {})),
            ready_seconds=float(budgets.get("ready_seconds", 10)),
            grace_seconds=float(budgets.get("grace_seconds", 30)),
            requests={name: Request.of(item) for name, item in data.get("requests", {}).items()},
            image=data.get("image"),
            host_path=tuple(host.get("path", ())),
            host_setup=tuple(host.get("setup", ())),
        )

    def variable(self, name: str) -> Variable | None:
        """Find a declared variable by its name."""
        return next((variable for variable in self.variables if variable.name == name), None)

    @property
    def backing_variables(self) -> frozenset[str]:
        """Names of the variables that hold a backing service's URL."""
        return frozenset(service.variable for service in self.services)


def load(path: Path, root: Path | None = None) -> Contract:
    """Read and check the contract at `path`, a file or the folder that holds `.twelve-factor.yml`.

    `root` is the project that it speaks of; without it, the contract's own folder.

    Raises:
        ScaffoldError: it is absent, no YAML, or not what its schema admits (exit code 2).
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        data = document.read(file)
    except FileNotFoundError as error:
        hint = "`scaffold verify --init` writes a first one for a service that has none"
        raise ScaffoldError(f"no contract at `{file}`", hint=hint) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScaffoldError(f"the contract `{file}` cannot be read: {error}") from error
    faults = [*_schema_faults(data)] or [*_cross_faults(data)]
    if faults:
        listed = "\n  ".join(faults)
        hint = "docs/schemas/twelve-factor.schema.json says what a contract may hold"
        raise ScaffoldError(f"the contract `{file}` is not valid:\n  {listed}", hint=hint)
    return Contract.of(data, root.resolve() if root else file.resolve().parent)


def _commands(commands: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(argv) for name, argv in commands.items()}


def _schema_faults(data: object) -> list[str]:
    schema = schemas.folder() / "twelve-factor.schema.json"
    validator = jsonschema_rs.validator_for(json.loads(schema.read_text(encoding="utf-8")))
    return [
        f"`{'.'.join(map(str, error.instance_path)) or 'the document'}`: {error.message}"
        for error in validator.iter_errors(data)
    ]


def _cross_faults(data: Mapping[str, Any]) -> list[str]:
    names = [variable["name"] for variable in data["variables"]]
    port = data["http"]["port_variable"]
    faults = [
        f"the variable `{name}` is declared twice"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if port not in names:
        faults.append(f"`http.port_variable` names `{port}`, which `variables` does not declare")
    faults += [
        f"the service `{service['id']}` names `{service['variable']}`, which `variables` does not declare"
        for service in data.get("services", ())
        if service["variable"] not in names
    ]
    image, host = data.get("image", {}), data.get("host", {})
    inside = {
        "image.context": image.get("context", "."),
        "image.dockerfile": image.get("dockerfile", "."),
        **{f"host.path.{number}": folder for number, folder in enumerate(host.get("path", ()))},
    }
    faults += [
        f"`{name}` is `{path}`, which leads out of the project"
        for name, path in inside.items()
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts
    ]
    job = data.get("requests", {}).get("job", {})
    if job and (job.get("process", "worker") not in data["processes"] or "done" not in job):
        faults.append("`requests.job` needs `done`, and a `process` that `processes` declares")
    return faults
