"""The rules: small functions that a decorator registers, and what they find."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scaffold.manifests.objects import Facts, Objects, named

Fault = tuple[Facts, str]
Function = Callable[[Objects], Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    """One promise about manifests, what to do where it is broken, and the function that looks."""

    id: str
    promise: str
    fix: str
    function: Function


@dataclass(frozen=True)
class Finding:
    """One fault: the rule, the object, what is wrong, what to do."""

    rule: str
    object: str
    message: str
    fix: str


_rules: dict[str, Rule] = {}


def rule(*, id: str, promise: str, fix: str) -> Callable[[Function], Function]:  # noqa: A002 - the word of reports
    """Register the decorated function as a rule."""

    def register(function: Function) -> Function:
        if id in _rules:
            raise ValueError(f"the rule {id} is registered twice")
        _rules[id] = Rule(id, promise, fix, function)
        return function

    return register


def all_rules() -> list[Rule]:
    """Import every module of rules and list what they registered, by id."""
    package = importlib.import_module("scaffold.manifests.rules")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return sorted(_rules.values(), key=lambda item: item.id)


def judge(objects: Objects) -> list[Finding]:
    """What every rule finds, each fault once."""
    return list(
        dict.fromkeys(
            Finding(found.id, named(entry), message, found.fix)
            for found in all_rules()
            for entry, message in found.function(objects)
        )
    )
