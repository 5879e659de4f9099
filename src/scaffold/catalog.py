"""The catalog of a template: every choice that it offers, and the facts about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from scaffold import schemas
from scaffold.errors import ExitCode, ScaffoldError
from scaffold.questions import LOADER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Facts = dict[str, Any]


@dataclass(frozen=True)
class Variable:
    """One environment variable that a service may read."""

    name: str
    type: str
    required: bool
    secret: bool
    description: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Command:
    """One command of the service's image: a process type or a one-off administration command."""

    arguments: tuple[str, ...]
    description: str
    http: bool = False
    operands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """What a contract gives every service that has it."""

    variables: tuple[Variable, ...]
    processes: Mapping[str, Command]
    admin: Mapping[str, Command]


@dataclass(frozen=True)
class Choice:
    """One choice of a question: `label` is what the question shows, `facts` the whole file."""

    id: str
    label: str
    title: str
    summary: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Language:
    """One language; stacks name it."""

    id: str
    title: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Stack(Choice):
    """A language with a framework: the app contract."""

    language: str
    framework: str
    port: int
    command: tuple[str, ...]
    adapters: tuple[str, ...]


@dataclass(frozen=True)
class Service(Choice):
    """The contract of a backing service; one that brings only processes has no image, port or variable."""

    image: str | None
    port: int | None
    variable: str | None
    readiness: Mapping[str, str]
    part: Part


@dataclass(frozen=True)
class Behaviour:
    """One part of a sample, there if all that it `needs` is wired and nothing that it is `without`."""

    id: str
    summary: str
    needs: tuple[str, ...]
    without: tuple[str, ...]
    part: Part


@dataclass(frozen=True)
class Sample(Choice):
    """Sample code to start from."""

    behaviours: tuple[Behaviour, ...]


@dataclass(frozen=True)
class Catalog:
    """Everything below catalog/ of one template; choices by id, in the order of the questions."""

    root: Path
    stacks: Mapping[str, Stack]
    services: Mapping[str, Service]
    targets: Mapping[str, Choice]
    ci: Mapping[str, Choice]
    samples: Mapping[str, Sample]
    languages: Mapping[str, Language]
    common: Part
    contract: Mapping[str, Any]
    versions: Mapping[str, Any]


def index(root: Path) -> Facts:
    """The choices of catalog/index.yml, label -> id by kind, read without a check: quick, for completion."""
    return _read(root, "index")


def load(root: Path) -> Catalog:
    """The catalog of the template at `root`, each file checked against its schema."""
    labels = _checked(root, "index", "index")
    contract = _checked(root, "contract", "contract")
    return Catalog(
        root=root,
        stacks={id_: _stack(root, id_, label) for label, id_ in labels["stacks"].items()},
        services={id_: _service(root, id_, label) for label, id_ in labels["services"].items()},
        targets={
            id_: _choice(root, f"targets/{id_}/target", "target", id_, label)
            for label, id_ in labels["targets"].items()
        },
        ci={id_: _choice(root, f"ci/{id_}/ci", "ci", id_, label) for label, id_ in labels["ci"].items()},
        samples={id_: _sample(root, id_, label) for label, id_ in labels["samples"].items()},
        languages={id_: _language(root, id_) for id_ in labels["languages"]},
        common=_part(contract),
        contract=contract,
        versions=_checked(root, "versions", "versions"),
    )


def _read(root: Path, name: str) -> Facts:
    path = root / "catalog" / f"{name}.yml"
    try:
        data = yaml.load(path.read_bytes(), Loader=LOADER)  # noqa: S506 a safe loader
    except (OSError, yaml.YAMLError) as error:
        raise ScaffoldError(f"`{path}` cannot be read: {error}", code=ExitCode.DEFECT) from error
    if not isinstance(data, dict):
        raise ScaffoldError(f"`{path}` is not a mapping", code=ExitCode.DEFECT)
    return data


def _checked(root: Path, name: str, schema: str) -> Facts:
    data = _read(root, name)
    schemas.validate(schema, data, root / "catalog" / f"{name}.yml")
    return data


def _choice(root: Path, name: str, schema: str, id_: str, label: str) -> Choice:
    facts = _checked(root, name, schema)
    return Choice(id_, label, facts["title"], facts.get("summary", ""), facts)


def _language(root: Path, id_: str) -> Language:
    facts = _checked(root, f"languages/{id_}", "language")
    return Language(id_, facts["title"], facts)


def _stack(root: Path, id_: str, label: str) -> Stack:
    facts = _checked(root, f"stacks/{id_}", "stack")
    return Stack(
        id_,
        label,
        facts["title"],
        facts.get("summary", ""),
        facts,
        language=facts["language"],
        framework=facts["framework"],
        port=facts["port"],
        command=tuple(facts["command"]),
        adapters=tuple(facts["adapters"]),
    )


def _service(root: Path, id_: str, label: str) -> Service:
    facts = _checked(root, f"services/{id_}/service", "service")
    return Service(
        id_,
        label,
        facts["title"],
        facts["summary"],
        facts,
        image=facts.get("image"),
        port=facts.get("port"),
        variable=facts.get("variable"),
        readiness=facts.get("readiness", {}),
        part=_part(facts),
    )


def _sample(root: Path, id_: str, label: str) -> Sample:
    facts = _checked(root, f"samples/{id_}/sample", "sample")
    behaviours = tuple(
        Behaviour(name, part["summary"], tuple(part["needs"]), tuple(part["without"]), _part(part))
        for name, part in facts["behaviours"].items()
    )
    return Sample(id_, label, facts["title"], facts["summary"], facts, behaviours=behaviours)


def _part(facts: Facts) -> Part:
    return Part(
        variables=tuple(_variable(variable) for variable in facts["variables"]),
        processes=_commands(facts.get("processes", {})),
        admin=_commands(facts["admin"]),
    )


def _variable(facts: Facts) -> Variable:
    return Variable(
        name=facts["name"],
        type=facts["type"],
        required=facts["required"],
        secret=facts["secret"],
        description=facts["description"],
        facts=facts,
    )


def _commands(facts: Facts) -> dict[str, Command]:
    return {
        name: Command(
            arguments=tuple(command["arguments"]),
            description=command["description"],
            http=command.get("http", False),
            operands=tuple(command.get("operands", ())),
        )
        for name, command in facts.items()
    }
