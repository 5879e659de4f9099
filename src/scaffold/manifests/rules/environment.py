"""What the containers of a service are given, against its contract; without one there is nothing to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold.manifests.objects import Facts, Objects, Pod, mapping, mappings
from scaffold.manifests.registry import Fault, rule
from scaffold.manifests.rules.references import secret_keys
from scaffold.manifests.rules.release import repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scaffold.verify.contract import Contract, Variable

# OpenTelemetry's own variables, which its libraries read.
PASSED_THROUGH = "OTEL_"


@dataclass(frozen=True)
class Assignment:
    """One variable of a container, or all of an object, where `name` is but the start of their names."""

    name: str
    source: str
    """`env`, `ConfigMap` or `Secret`."""
    value: object = None
    """As far as it is known."""
    sure: bool = True
    """Whether it is there for certain."""
    every: bool = False
    """Whether it stands for every name that begins so: the object is not among the manifests."""

    def gives(self, variable: Variable) -> bool:
        """Whether the variable is set by it: an object that is not given holds what is of its kind."""
        if not self.every:
            return self.sure and self.name == variable.name
        of_kind = variable.secret == (self.source == "Secret")
        return self.sure and of_kind and variable.name.startswith(self.name)

    @property
    def readable(self) -> bool:
        """Whether whoever reads the manifests reads a value, which an empty one is not."""
        return self.source != "Secret" and self.value not in (None, "")


def _containers(objects: Objects, contract: Contract) -> Iterator[tuple[Pod, str, list[Assignment]]]:
    """Pod, name and environment of each container that runs the image of the service."""
    for pod in objects.pods_of(contract.name):
        image = repository(str(pod.containers[0].get("image", ""))) if pod.containers else ""
        for container in pod.containers:
            if repository(str(container.get("image", ""))) == image:
                yield pod, str(container.get("name")), [*_assignments(objects, pod, container)]


def _assignments(objects: Objects, pod: Pod, container: Facts) -> Iterator[Assignment]:
    for source in mappings(container.get("envFrom")):
        prefix = str(source.get("prefix") or "")
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if source.get(key):
                yield from _all_of(objects, pod, kind, mapping(source, key), prefix)
    for variable in mappings(container.get("env")):
        yield _one(objects, pod, variable)


def _all_of(objects: Objects, pod: Pod, kind: str, reference: Facts, prefix: str) -> Iterator[Assignment]:
    keys = _keys(objects, pod, kind, reference)
    if keys is None:
        yield Assignment(prefix, kind, sure=reference.get("optional") is not True, every=True)
    else:
        yield from (Assignment(f"{prefix}{key}", kind, value) for key, value in keys.items())


def _one(objects: Objects, pod: Pod, variable: Facts) -> Assignment:
    name = str(variable.get("name"))
    for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if reference := mapping(variable, "valueFrom", key):
            keys, wanted = _keys(objects, pod, kind, reference) or {}, str(reference.get("key"))
            sure = wanted in keys or reference.get("optional") is not True
            return Assignment(name, kind, keys.get(wanted), sure=sure)
    return Assignment(name, "env", variable.get("value"))


def _keys(objects: Objects, pod: Pod, kind: str, reference: Facts) -> Facts | None:
    """Keys and values of an object; None where they are not among the manifests."""
    if kind == "Secret":
        keys = secret_keys(objects, reference.get("name"), pod.owner)
        return None if keys is None else dict.fromkeys(keys)
    found = objects.find(kind, reference.get("name"), pod.owner)
    return None if found is None else {str(key): value for key, value in mapping(found, "data").items()}


@rule(
    id="contract-required",
    promise="With `--contract`: every container of the service gets each required variable",
    fix="Set it by `env` or by a ConfigMap; take a secret from a Secret, without `optional`.",
)
def required(objects: Objects) -> Iterator[Fault]:
    """Look for each required variable in the environment of each container."""
    if contract := objects.contract:
        needed = [variable for variable in contract.variables if variable.required and not variable.set_by]
        for pod, name, given in _containers(objects, contract):
            for variable in needed:
                if not any(assignment.gives(variable) for assignment in given):
                    yield pod.owner, f"{name} does not get {variable.name}, which the contract requires"


@rule(
    id="contract-declared",
    promise="With `--contract`: no container of the service is given a variable that it does not read",
    fix="Declare the variable in the contract, or leave it out.",
)
def declared(objects: Objects) -> Iterator[Fault]:
    """Compare the names that the manifests set with those of the contract and of OpenTelemetry."""
    if contract := objects.contract:
        for pod, name, given in _containers(objects, contract):
            for assignment in given:
                known = contract.variable(assignment.name) or assignment.name.startswith(PASSED_THROUGH)
                if not known and not assignment.every:
                    yield pod.owner, f"{name} is given {assignment.name}, which the contract does not declare"


@rule(
    id="contract-secret",
    promise="With `--contract`: no secret of the service stands in `env` or in a ConfigMap",
    fix="Take it from a Secret by `secretKeyRef`.",
)
def secret(objects: Objects) -> Iterator[Fault]:
    """Look for values of secret variables where they can be read."""
    if contract := objects.contract:
        for pod, name, given in _containers(objects, contract):
            for assignment in given:
                variable = contract.variable(assignment.name)
                if variable and variable.secret and assignment.readable and not assignment.every:
                    where = "`env`" if assignment.source == "env" else "a ConfigMap"
                    yield pod.owner, f"{name} has the value of {variable.name}, a secret, from {where}"
