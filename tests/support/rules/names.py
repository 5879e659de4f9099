"""Rules about names: each fact under one key, each variable in one contract, no identifier that is taken."""

import keyword
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.support.formats import repeated_keys
from tests.support.rules.sources import load, paths, read, template_files


def facts_stand_once(root: Path) -> list[str]:
    """No mapping of copier.yml or the catalog repeats a key: YAML would keep the last one silently."""
    files = ["copier.yml", *(path for path in paths(root, "catalog") if re.search(r"^[^/]*/.*\.yml$", path))]
    return [
        f"{path}: {key} stands twice"
        for path in files
        for document in yaml.compose_all(read(root / path), Loader=yaml.SafeLoader)
        for key in repeated_keys(document)
    ]


def _declared(facts: dict[str, Any]) -> Iterator[str]:
    for variable in facts.get("variables", []):
        yield f"variable {variable['name']}"
    for kind in ("processes", "admin"):
        for name in facts.get(kind, {}):
            yield f"{kind} {name}"


def variables_are_declared_once(root: Path) -> list[str]:
    """No variable, process or admin command is declared by two contracts of the catalog."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    contracts = [
        path for path in paths(root, "catalog") if Path(path).name in {"contract.yml", "service.yml"}
    ]
    for path in contracts:
        for name in _declared(load(root, path)):
            places[name].append(path)
    for path in paths(root, "catalog/samples"):
        behaviours = load(root, path)["behaviours"] if path.endswith("/sample.yml") else {}
        for name in {name for part in behaviours.values() for name in _declared(part)}:
            places[name].append(path)
    return [f"{name}: {' and '.join(files)}" for name, files in places.items() if len(files) > 1]


def _python_names(root: Path) -> set[str]:
    """Keywords, the standard library and imported packages, as far as a project can have such a name."""
    layer = [file for file in template_files(root) if "python" in file.of("lang") and ".py" in file.output]
    imports = re.compile(r"^\s*(?:import|from)\s+([a-z]\w*)", re.MULTILINE)
    taken = {
        *keyword.kwlist,
        *sys.stdlib_module_names,
        *(name for file in layer for name in imports.findall(file.text)),
    }
    return {name for name in taken if re.fullmatch("[a-z][a-z0-9_]{1,38}[a-z0-9]", name)}


TAKEN = {"python": _python_names}


def reserved_names_are_complete(root: Path) -> list[str]:
    """A language's reserved identifiers cover its keywords, standard library and what its layer imports."""
    return [
        f"catalog/languages/{language}.yml: `{name}` is not reserved"
        for language, taken in TAKEN.items()
        for name in sorted(
            taken(root) - set(load(root, f"catalog/languages/{language}.yml")["identifier"]["reserved"])
        )
    ]
