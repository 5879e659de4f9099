"""Judges of Kubernetes manifests: kustomizations and charts build, each object has the schema of its kind."""

import functools
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import kubernetes_validate
import yaml

from scaffold.manifests.objects import Objects
from scaffold.manifests.registry import judge
from scaffold.verify.contract import load
from tests.support import helm
from tests.support.formats import LOADER
from tests.support.judges.judge import MUTANTS, Finding, Judge, in_tree, schema_findings
from tests.support.render import files
from tests.support.tools import call

DEPLOY, CONTRACT = "deploy/*", ".twelve-factor.yml"
# The oldest and the newest minor version that the manifests are for.
VERSIONS = ("1.34", "1.37")
STAND_TOGETHER = {"overlays", "environments"}
# Kinds that Kubernetes itself does not have.
OWN_SCHEMAS = {
    kind: kind.lower() for kind in ("HTTPRoute", "ExternalSecret", "ServiceMonitor", "PrometheusRule")
}


def _kustomizations(tree: Path) -> list[Path]:
    """Folders that stand alone: components are built as part of them."""
    found = in_tree(tree, "*/kustomization.yaml", "kustomization.yaml")
    return [
        path.parent for path in found if yaml.safe_load((tree / path).read_text())["kind"] == "Kustomization"
    ]


class Build(NamedTuple):
    """What kustomize or Helm made of a folder, and what it complained of."""

    folder: Path
    objects: list[dict[str, Any]]
    complaint: str


def built(tree: Path) -> list[Build]:
    """Every kustomization, and the chart for every environment; equal manifests are built once."""
    manifests = {path: content for path, content in files(tree).items() if path.startswith("deploy/")}
    key = hashlib.sha256(repr(sorted(manifests.items())).encode()).hexdigest()
    if key not in _BUILDS:
        _BUILDS[key] = [_build(tree, folder) for folder in _kustomizations(tree)] + [
            Build(folder, *helm.rendered(tree, folder)) for folder in helm.environments(tree)
        ]
    return _BUILDS[key]


_BUILDS: dict[str, list[Build]] = {}


def _build(tree: Path, folder: Path) -> Build:
    result = call("kubectl", "kustomize", folder, cwd=tree)
    return Build(folder, [entry for entry in yaml.load_all(result.stdout, LOADER) if entry], result.stderr)


def _manifests(tree: Path) -> Iterator[Finding]:
    """Everything builds to something, without complaint; each object has its kind's schema."""
    contract = load(tree) if (tree / CONTRACT).is_file() else None
    for folder, objects, complaint in built(tree):
        for line in complaint.splitlines():
            yield Finding(folder.as_posix(), "build", line)
        if not objects and not complaint:
            yield Finding(folder.as_posix(), "empty", "builds nothing")
        # Our rules are about what stands together: all of an environment.
        for fault in judge(Objects(tuple(objects), contract)) if STAND_TOGETHER & set(folder.parts) else ():
            yield Finding(folder.as_posix(), fault.rule, f"{fault.object}: {fault.message}")
        for entry in objects:
            named = f"{entry.get('kind')}/{entry.get('metadata', {}).get('name')}"
            for rule, fault in _faults(json.dumps(entry, sort_keys=True)):
                yield Finding(folder.as_posix(), rule, f"{named}: {fault}")


@functools.cache
def _faults(entry: str) -> list[tuple[str, str]]:
    """Rule and fault of an object; most objects are the same in many environments and projects."""
    facts = json.loads(entry)
    return list((_own_faults if facts.get("kind") in OWN_SCHEMAS else _published_faults)(facts))


def _own_faults(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    schema = json.loads((MUTANTS / "schemas" / f"{OWN_SCHEMAS[entry['kind']]}.schema.json").read_text())
    for fault in schema_findings(jsonschema_rs.validator_for(schema), "", entry, "own-schema"):
        yield fault.rule, fault.message


def _published_faults(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Rule and fault in each version; a kind that no schema describes is a fault."""
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(entry, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield "schema", f"{'.'.join(map(str, error.path))}: {error.message} ({version})"
        except (kubernetes_validate.SchemaNotFoundError, kubernetes_validate.InvalidSchemaError) as error:
            yield "unknown-kind", error.message


def _charts(tree: Path) -> Iterator[Finding]:
    """What Helm's own linter says of a chart, with the values of each environment."""
    for environment in helm.environments(tree):
        values = ("--values", environment / "values.yaml", "--skip-schema-validation")
        result = call("helm", "lint", "--strict", "--quiet", helm.CHART, *values, cwd=tree)
        for line in (result.stdout + result.stderr).splitlines():
            if line.startswith(("[WARNING]", "[ERROR]")):
                yield Finding(environment.as_posix(), "lint", line)


JUDGES = [
    Judge("manifests", (DEPLOY, CONTRACT), _manifests, ("kubectl", "helm")),
    Judge("helm", (DEPLOY,), _charts, ("helm",)),
]
