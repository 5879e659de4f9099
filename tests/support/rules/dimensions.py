"""The rule that makes dimensions add, not multiply: each knows the others' contracts, never their names."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.rules.sources import index, load, paths, read, template_files

NONE = "none"
# compose.yaml is what a developer starts a service with, wherever it is deployed.
COMMON = {"compose"}


def _named(text: str, identifiers: Iterable[str]) -> list[str]:
    """Those of the ids that the text names as a word of their own."""
    return [
        name
        for name in identifiers
        if name != NONE
        and re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text, re.IGNORECASE)
    ]


def _services(root: Path, known: Iterable[str]) -> list[str]:
    """Services by id, but for one that is called as its process type: that is a name of the app contract."""
    contracts = {name: load(root, f"catalog/services/{name}/service.yml") for name in known}
    return [name for name, contract in contracts.items() if name not in contract["processes"]]


def _targets(known: Iterable[str]) -> list[str]:
    """Targets by id, but for one that is called as a file of every project: a word of every owner."""
    return [name for name in known if name not in COMMON]


def _forbidden(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Each file with the ids that it must not name."""
    known = index(root)
    targets = _targets(known["targets"])
    services = _services(root, known["services"])
    languages = [*known["languages"], *known["frameworks"], *known["stacks"]]
    yield from (
        (path, languages)
        for path in paths(root, "catalog/services", "catalog/targets", "catalog/ci", "catalog/samples")
    )
    yield "catalog/contract.yml", [*languages, *services, *targets, *known["ci"]]
    yield from ((path, targets) for path in paths(root, "catalog/languages", "catalog/stacks"))
    yield from ((path, services) for path in paths(root, "catalog/targets", "catalog/ci"))
    for file in template_files(root):
        if file.of("lang") | file.of("fw"):
            yield file.path, targets
        else:
            adapters = file.of("with") | file.of("without")
            yield file.path, languages + [name for name in services if name not in adapters]


def dimensions_know_only_contracts(root: Path) -> list[str]:
    """No service, target, CI provider or owner names a language, no language a target, no owner a service."""
    return [
        f"{path}: names `{name}`"
        for path, names in _forbidden(root)
        for name in _named(read(root / path), names)
    ]
