"""Environment variables of a project, as each place that names them states them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.support.judges.manifests import built
from tests.support.repository import ROOT
from tests.support.rules.sources import load, paths

NAME = r"[A-Z][A-Z0-9_]*"
# How a source file reads a variable by its name, in whatever language.
READS = re.compile(rf"(?:environ|getenv|Getenv|process\.env)\W{{1,6}}({NAME})\b")
SHELL_READS = re.compile(rf"\$\{{({NAME})\b")
# How a section of TypeScript declares one, by the function of its kind.
DECLARES = re.compile(rf"^ +({NAME}): \w+\(", re.MULTILINE)
# Classes whose fields are variables, by the name of their base.
SETTINGS = {"Section", "BaseSettings"}


def _contract(tree: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load((tree / ".twelve-factor.yml").read_text())["variables"])


def _settings_fields(source: str) -> Iterator[str]:
    """Fields of the settings classes of a Python module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and SETTINGS & {
            base.id for base in node.bases if isinstance(base, ast.Name)
        }:
            fields = (item.target for item in node.body if isinstance(item, ast.AnnAssign))
            yield from (target.id.upper() for target in fields if isinstance(target, ast.Name))


def code(tree: Path) -> set[str]:
    """Variables that the sources read."""
    found: set[str] = set()
    for path in (tree / "src").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        found |= set(READS.findall(text))
        found |= set(_settings_fields(text)) if path.suffix == ".py" else set()
        found |= set(DECLARES.findall(text)) if path.suffix == ".ts" and "section(" in text else set()
        found |= set(SHELL_READS.findall(text)) if path.suffix == ".sh" else set()
    return found


def example(tree: Path) -> set[str]:
    return set(re.findall(rf"^({NAME})=", (tree / ".env.example").read_text(), re.MULTILINE))


def compose(tree: Path) -> dict[str, set[str]]:
    """Variables of each compose service that runs the project's own image."""
    services = yaml.safe_load((tree / "compose.yaml").read_text())["services"]
    return {name: set(facts["environment"]) for name, facts in services.items() if "build" in facts}


def image(tree: Path) -> set[str]:
    """Variables that the image's build sets."""
    joined = (tree / "Dockerfile").read_text().replace("\\\n", " ")
    return {
        name
        for line in re.findall(r"^ENV (.*)", joined, re.MULTILINE)
        for name in re.findall(rf"({NAME})=", line)
    }


def manifests(tree: Path) -> Iterator[tuple[str, set[str], set[str]]]:
    """Each workload with the names that it takes from a ConfigMap, and from a Secret."""
    for folder, objects, _ in built(tree):
        maps = {
            entry["metadata"]["name"]: set(entry["data"]) for entry in objects if entry["kind"] == "ConfigMap"
        }
        for entry in objects:
            if entry["kind"] in {"Deployment", "Job"}:
                container = entry["spec"]["template"]["spec"]["containers"][0]
                plain = {
                    name for source in container["envFrom"] for name in maps[source["configMapRef"]["name"]]
                }
                secret = {
                    item["name"] for item in container.get("env", []) if "secretKeyRef" in item["valueFrom"]
                }
                yield f"{folder}: {entry['kind']}/{entry['metadata']['name']}", plain, secret


def _workflow_variables(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value["env"] if isinstance(value.get("env"), dict) else ()
        for item in value.values():
            yield from _workflow_variables(item)
    elif isinstance(value, list):
        for item in value:
            yield from _workflow_variables(item)


def workflows(tree: Path) -> set[str]:
    files = sorted((tree / ".github").rglob("*.yml"))
    return {name for file in files for name in _workflow_variables(yaml.safe_load(file.read_text()))}


def catalog_variables(root: Path = ROOT) -> set[str]:
    """Every variable that any project may have."""
    text = "".join((root / path).read_text() for path in paths(root, "catalog") if path.endswith(".yml"))
    return set(re.findall(rf"\{{name: ({NAME}), type:", text))


def unread(stack: str, services: list[str], root: Path = ROOT) -> set[str]:
    """Variables of the services for which the stack has no adapter: declared, and read by nobody yet."""
    adapters = load(root, f"catalog/stacks/{stack}.yml")["adapters"]
    contracts = [
        load(root, f"catalog/services/{name}/service.yml") for name in services if name not in adapters
    ]
    return {variable["name"] for contract in contracts for variable in contract["variables"]}


def disagreements(tree: Path, not_read: set[str], known: set[str]) -> list[str]:
    """Where a place and the contract (.twelve-factor.yml) name different variables."""
    contract = _contract(tree)
    names = {variable["name"] for variable in contract}
    built_in = {variable["name"] for variable in contract if variable.get("set_by") == "image"}
    secret = {variable["name"] for variable in contract if variable["secret"]}
    places = [
        ("code", code(tree), names - not_read),
        (".env.example", example(tree), names - built_in),
        ("Dockerfile", image(tree) & known, built_in),
        (".github sets others' variables", workflows(tree) & known - names, set()),
        *((f"compose: {service}", found, names - built_in) for service, found in compose(tree).items()),
    ]
    for workload, plain, referred in manifests(tree) if (tree / "deploy").exists() else ():
        places.append((f"{workload} (ConfigMap)", plain, names - built_in - secret))
        places.append((f"{workload} (Secret)", referred, secret))
    return [
        f"{place}: {', '.join(sorted(found ^ meant))}" for place, found, meant in places if found != meant
    ]
