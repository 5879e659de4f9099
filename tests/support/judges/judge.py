"""What a judge is, and what judges share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from check_jsonschema.builtin_schemas import get_builtin_schema

from tests.support.render import files
from tests.support.repository import ROOT
from tests.support.tools import call

MUTANTS = ROOT / "tests" / "judges"


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: the file in the project, the judge's name of the rule, and what is wrong."""

    path: str
    rule: str
    message: str


@dataclass(frozen=True)
class Judge:
    """Reads the files of `scope` (patterns of paths), in a tree that holds nothing else.

    One that is asked `at_once` takes the files of many projects, each in a folder of the tree.
    """

    name: str
    scope: tuple[str, ...]
    judge: Callable[[Path], Iterable[Finding]]
    tools: tuple[str, ...] = ()
    at_once: bool = False

    def reads(self, path: str) -> bool:
        return any(fnmatchcase(path, pattern) for pattern in self.scope)


def run_tool(tree: Path, *command: str | Path) -> str:
    """Output of a tool that ran in the tree; one that said nothing but failed is an error of the test."""
    result = call(str(command[0]), *command[1:], cwd=tree)
    if not result.stdout.strip() and result.returncode:
        raise RuntimeError(f"{command[0]} failed: {result.stderr}")
    return result.stdout


def in_tree(tree: Path, *patterns: str) -> list[Path]:
    """Files of the tree that match one of the patterns, from the tree."""
    found = (path for path in files(tree) if any(fnmatchcase(path, pattern) for pattern in patterns))
    return sorted(map(Path, found))


@cache
def builtin_schema(name: str) -> Any:
    """Validator of a schema that check-jsonschema carries; its command takes a second for each call."""
    return jsonschema_rs.validator_for(get_builtin_schema(name))


def schema_findings(
    validator: Any, path: str | Path, instance: Any, rule: str = "schema"
) -> Iterator[Finding]:
    """What a schema's validator says against a document of the file."""
    for error in validator.iter_errors(instance):
        yield Finding(str(path), rule, f"{'.'.join(map(str, error.instance_path))}: {error.message}")
