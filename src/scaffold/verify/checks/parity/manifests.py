"""Manifests say what the contract says."""

import re
from pathlib import Path
from typing import Any

import yaml

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, NotApplicable, check

from .files import ASSIGNMENT, undeclared

FOLDERS = ("deploy", "k8s", "kubernetes", "manifests")


@check(
    id="x-manifest-variables",
    factor="X",
    promise="Manifests give the processes declared variables only",
    fix="Declare what manifests set.",
)
def manifest_variables(bench: Bench) -> str:
    """Look for the environment of containers and for configuration maps in manifests."""
    root = bench.contract.root
    names = {name for document in manifests(root) for name in set_by_manifest(document)}
    names |= set(set_by_files(root))
    if not names:
        raise NotApplicable("the project has no manifests that set variables")
    if extra := undeclared(names, bench.contract):
        raise Failed(f"manifests set {', '.join(extra)}, which the contract does not declare")
    return f"manifests set {', '.join(sorted(names))}, all declared"


def manifests(root: Path) -> list[Any]:
    """Every document of the project's manifests; a template that is no YAML yet has none."""
    found: list[Any] = []
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.y*ml")):
            try:
                found += yaml.safe_load_all(file.read_text(encoding="utf-8"))
            except yaml.YAMLError:
                continue
    return found


def set_by_files(root: Path) -> list[str]:
    """Names in the files of variables that kustomize makes ConfigMaps of."""
    return [
        found[1]
        for folder in FOLDERS
        for file in sorted((root / folder).rglob("*.env"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if (found := ASSIGNMENT.match(line)) and not line.lstrip().startswith("#")
    ]


def set_by_manifest(node: object) -> list[str]:
    """Names in `env` lists, in ConfigMaps and in kustomize's literals."""
    if isinstance(node, list):
        return [name for item in node for name in set_by_manifest(item)]
    if not isinstance(node, dict):
        return []
    found = [str(item["name"]) for item in node.get("env") or () if isinstance(item, dict) and "name" in item]
    found += [str(text).partition("=")[0] for text in node.get("literals") or ()]
    if node.get("kind") == "ConfigMap":
        found += [str(name) for name in node.get("data") or ()]
    return found + [name for value in node.values() for name in set_by_manifest(value)]


def manifest_images(root: Path) -> list[str]:
    """Every image that a manifest of the project names."""
    return [
        found[1]
        for folder in FOLDERS
        for file in sorted((root / folder).rglob("*.y*ml"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if (found := re.match(r"[\s-]*image:\s*[\"']?([^\s\"']+)", line))
    ]
