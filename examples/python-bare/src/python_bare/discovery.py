"""Finds the parts of the service by where they stand, so that nothing keeps a list of them."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

_ROOT = __name__.rpartition(".")[0]


def modules(folder: str, *names: str) -> Iterator[ModuleType]:
    """Every module of a folder (such as `adapters`), by name, or those with these names alone."""
    package = import_module(f"{_ROOT}.{folder}")
    for module in pkgutil.iter_modules(package.__path__):
        if not names or module.name in names:
            yield import_module(f"{package.__name__}.{module.name}")


def features(part: str) -> Iterator[ModuleType]:
    """The module `part` (such as `router`) of every feature folder that has one, by name."""
    root = import_module(_ROOT)
    for folder in pkgutil.iter_modules(root.__path__, f"{_ROOT}."):
        name = f"{folder.name}.{part}"
        if folder.ispkg and find_spec(name):
            yield import_module(name)
