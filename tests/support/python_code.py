"""What is in a rendered Python service that nothing needs, and what it needs that is not there."""

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath

Tree = Mapping[str, bytes]

# What code calls a distribution, where that is not its name with other punctuation.
CALLED = {
    "opentelemetry-api": "from opentelemetry import trace",
    "opentelemetry-sdk": "opentelemetry.sdk",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry.exporter.otlp.proto.http",
}
# Part of a distribution's own interface, though another one brings it.
BROUGHT = {"starlette": "fastapi", "pydantic_core": "pydantic", "opentelemetry": "opentelemetry-api"}
# Folders whose modules are found by where they stand.
DISCOVERED = {"adapters", "commands", "config", "migrations", "versions"}


def sources(tree: Tree) -> dict[str, str]:
    """Path and text of every module of the service."""
    return {
        path: text.decode() for path, text in tree.items() if path.startswith("src/") and path[-3:] == ".py"
    }


def declared(tree: Tree) -> set[str]:
    """The distributions that the service asks for."""
    project = tomllib.loads(tree["pyproject.toml"].decode())["project"]
    return {re.split(r"[\[<>=]", name)[0] for name in project["dependencies"]}


def dead_dependencies(tree: Tree) -> list[str]:
    """Distributions that no module names."""
    text = "\n".join(sources(tree).values())
    return sorted(name for name in declared(tree) if CALLED.get(name, name.replace("-", "_")) not in text)


def undeclared_imports(tree: Tree) -> list[str]:
    """Packages that a module imports and the service does not ask for."""
    known = {name.replace("-", "_") for name in declared(tree)} | {
        path.split("/")[1] for path in sources(tree)
    }
    known |= {package for package, name in BROUGHT.items() if name in declared(tree)}
    return sorted(
        f"{path}: {package}"
        for path, text in sources(tree).items()
        for package in _imported(text)
        if package not in known | sys.stdlib_module_names
    )


@cache
def _imported(text: str) -> frozenset[str]:
    """Packages that a module imports; each text is read once, however many subsets have it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


def empty_modules(tree: Tree) -> list[str]:
    """Modules that say nothing, and features of which there is only a description."""
    modules = sources(tree)
    return sorted(
        path
        for path, text in modules.items()
        if not text.strip() or (len(ast.parse(text).body) < 2 and _is_alone(PurePosixPath(path), modules))
    )


def _is_alone(path: PurePosixPath, modules: Mapping[str, str]) -> bool:
    """Whether nothing stands in the folder of a package's description, though something should."""
    if path.name != "__init__.py" or path.parent.name in DISCOVERED:
        return False
    return not any(path.parent in PurePosixPath(other).parents and other != str(path) for other in modules)


def dead_modules(tree: Tree) -> list[str]:
    """Modules that no other one names, and that are not found by where they stand."""
    modules = sources(tree)
    return sorted(
        path
        for path in modules
        if (place := PurePosixPath(path)).stem not in {"__init__", "__main__"}
        and place.parent.name not in DISCOVERED
        and not any(place.stem in _words(text) for other, text in modules.items() if other != path)
    )
