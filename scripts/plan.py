"""Name the examples that a change can affect, as a JSON list for the matrix of a workflow.

Usage: python scripts/plan.py PATH...

A file of the template affects the examples whose answers choose its layers; a test or a page affects none;
whatever else there is affects all.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
LAYER = re.compile(r"\[\[ (lang|fw|with|without|to|by|show)\.(\S+) \]\]")
WITHOUT_EFFECT = ("docs/", "tests/", "benchmarks/", "changelog.d/", "README.md", "CONTRIBUTING.md", "LICENSE")


def examples() -> dict[str, dict[str, Any]]:
    """Return the answers of every example, with the language and the framework of its stack."""
    found = {}
    for recorded in sorted(ROOT.glob("examples/*/.copier-answers.yml")):
        answers = yaml.safe_load(recorded.read_text())
        stack = yaml.safe_load((ROOT / "catalog" / "stacks" / f"{answers['stack']}.yml").read_text())
        found[recorded.parent.name] = {**answers, "lang": stack["language"], "fw": stack["framework"]}
    return found


def chooses(answers: Mapping[str, Any], dimension: str, identifier: str) -> bool:
    """Whether the answers choose one layer."""
    if dimension in ("with", "without"):
        return (identifier in answers["services"]) == (dimension == "with")
    question = {"to": "target", "by": "ci", "show": "sample"}.get(dimension, dimension)
    return bool(answers[question] == identifier)


def affects(path: str, name: str, answers: Mapping[str, Any]) -> bool:
    """Whether a changed file can change what the example `name` is or does."""
    parts = PurePosixPath(path).parts
    if parts[0] == "examples" and len(parts) > 1:
        return parts[1] == name
    if parts[0] == "template":
        layers = filter(None, map(LAYER.fullmatch, parts))
        return all(chooses(answers, *layer.groups()) for layer in layers)
    return not path.startswith(WITHOUT_EFFECT)


def plan(paths: Iterable[str], known: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the names of the affected examples."""
    changed = list(paths)
    return [name for name, answers in known.items() if any(affects(path, name, answers) for path in changed)]


if __name__ == "__main__":
    print(json.dumps(plan(sys.argv[1:], examples())))
