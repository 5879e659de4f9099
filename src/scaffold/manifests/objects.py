"""The objects of a set of manifests, and the questions that rules ask about them.

Manifests are anyone's: whatever is not of the expected shape reads as empty here; the API server refuses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scaffold.verify.contract import Contract

Facts = dict[str, Any]
NAME = "app.kubernetes.io/name"
TEMPLATES = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}


def mapping(value: object, *path: str) -> Facts:
    """The mapping at `path` below `value`; empty where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Facts]:
    """The mappings among the items of a list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def named(entry: Facts) -> str:
    """An object as people name it: Kind/name."""
    return f"{entry.get('kind')}/{mapping(entry, 'metadata').get('name')}"


def namespace(entry: Facts) -> str:
    """The namespace that an object says, or nothing."""
    return str(mapping(entry, "metadata").get("namespace") or "")


def matches(selector: Facts, labels: Facts) -> bool:
    """Whether a label selector, with or without `matchLabels`, selects the labels."""
    expressions = mappings(selector.get("matchExpressions"))
    plain = (
        mapping(selector, "matchLabels")
        if selector.keys() & {"matchLabels", "matchExpressions"}
        else selector
    )
    return plain.items() <= labels.items() and all(_holds(found, labels) for found in expressions)


def _holds(expression: Facts, labels: Facts) -> bool:
    key, values = str(expression.get("key")), expression.get("values") or []
    match expression.get("operator"):
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False


@dataclass(frozen=True)
class Pod:
    """A pod as its owner's template describes it."""

    owner: Facts
    labels: Facts
    spec: Facts

    @property
    def namespace(self) -> str:
        """The namespace of its owner."""
        return namespace(self.owner)

    @property
    def containers(self) -> list[Facts]:
        """Its containers, without those that only start it."""
        return mappings(self.spec.get("containers"))

    @property
    def all_containers(self) -> list[Facts]:
        """Its containers and those that start it."""
        return self.containers + mappings(self.spec.get("initContainers"))

    def has_port(self, port: object) -> bool:
        """Whether a container has the port, by its name or number."""
        return any(has_port(container, port) for container in self.containers)


def has_port(container: Facts, port: object) -> bool:
    """Whether the container says a port of that name or number."""
    return any(
        port in {item.get("name"), item.get("containerPort")} for item in mappings(container.get("ports"))
    )


@dataclass(frozen=True)
class Objects:
    """All objects that were given, in their order."""

    all: tuple[Facts, ...]
    contract: Contract | None = None
    """What the service among them promises, where that is known."""

    def of(self, *kinds: str) -> Iterator[Facts]:
        """Those of the kinds."""
        return (entry for entry in self.all if entry.get("kind") in kinds)

    def find(self, kind: object, name: object, beside: Facts) -> Facts | None:
        """The object of that kind and name in the namespace of `beside`."""
        return next(
            (
                entry
                for entry in self.of(str(kind))
                if mapping(entry, "metadata").get("name") == name and namespace(entry) == namespace(beside)
            ),
            None,
        )

    @cached_property
    def pods(self) -> list[Pod]:
        """Every pod that some object describes."""
        return [pod for entry in self.all for pod in _pods(entry)]

    def pods_of(self, service: str) -> list[Pod]:
        """Pods that are labelled as the service's."""
        return [pod for pod in self.pods if pod.labels.get(NAME) == service]

    def selected(self, selector: Facts, beside: Facts) -> list[Pod]:
        """Pods in the namespace of `beside` that the selector selects."""
        return [
            pod for pod in self.pods if pod.namespace == namespace(beside) and matches(selector, pod.labels)
        ]


def _pods(entry: Facts) -> Iterator[Pod]:
    spec = mapping(entry, "spec")
    if entry.get("kind") == "Pod":
        yield Pod(entry, mapping(entry, "metadata", "labels"), spec)
    elif entry.get("kind") == "CronJob":
        template = mapping(spec, "jobTemplate", "spec", "template")
        yield Pod(entry, mapping(template, "metadata", "labels"), mapping(template, "spec"))
    elif entry.get("kind") in TEMPLATES:
        template = mapping(spec, "template")
        yield Pod(entry, mapping(template, "metadata", "labels"), mapping(template, "spec"))
