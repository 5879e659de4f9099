"""Judges of GitLab's pipelines."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.support.judges.judge import Finding, Judge, builtin_schema, in_tree, schema_findings

PIPELINES = (".gitlab-ci.yml", ".gitlab/*.gitlab-ci.yml")
GLOBAL = {"stages", "include", "workflow", "default", "variables"}


def _schema(tree: Path) -> Iterator[Finding]:
    for path in in_tree(tree, *PIPELINES):
        instance = yaml.safe_load((tree / path).read_text())
        yield from schema_findings(builtin_schema("vendor.gitlab-ci"), path, instance)


def _listed(value: Any) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    return [entry["job"] if isinstance(entry, dict) else entry for entry in entries]


def images(job: dict[str, Any]) -> list[str]:
    """What a job and the services beside it run in."""
    named = [job["image"]] if "image" in job else []
    return [
        entry["name"] if isinstance(entry, dict) else entry for entry in [*named, *job.get("services", [])]
    ]


def _hosts(job: dict[str, Any]) -> list[tuple[str, str]]:
    """Variables of a job that are URLs, each with the host that it names."""
    values = {name: urlsplit(str(value)).hostname for name, value in job.get("variables", {}).items()}
    return [(name, host) for name, host in values.items() if host]


def _jobs(tree: Path) -> Iterator[Finding]:
    """What the schema cannot see: what a job names is there, it is unprivileged, and its images have tags."""
    parts = {str(path): yaml.safe_load((tree / path).read_text()) for path in in_tree(tree, *PIPELINES)}
    jobs = {name: path for path, part in parts.items() for name in part if name not in GLOBAL}
    for name, path in jobs.items():
        job = parts[path][name]
        for kind in ("extends", "needs"):
            for other in _listed(job.get(kind, [])):
                if other not in jobs:
                    yield Finding(path, kind, f"{name}: there is no job {other}")
        for reference in images(job):
            if ":" not in reference.rpartition("/")[2] or reference.endswith(":latest"):
                yield Finding(path, "tag", f"{name}: the image {reference} has no tag")
        services = [service for service in job.get("services", []) if isinstance(service, dict)]
        aliases = {service.get("alias") for service in services}
        for variable, host in _hosts(job):
            if aliases and host not in aliases:
                yield Finding(path, "services", f"{name}: {variable} names {host}, which is no service")
        if "dind" in str(job) or "privileged" in str(job):
            yield Finding(path, "privileged", f"{name}: a build needs no privileges")


JUDGES = [
    Judge("pipeline-schema", PIPELINES, _schema),
    Judge("pipeline-jobs", PIPELINES, _jobs),
]
