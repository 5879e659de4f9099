"""Judges of the image and of compose."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.support.judges.judge import Finding, Judge, builtin_schema, in_tree, run_tool, schema_findings
from tests.support.tools import call

COMPOSE = ("compose.yaml", "deploy/compose.yaml")
# What a Compose file reads besides.
COMPOSE_READS = ("deploy/config.env",)


def _hadolint(tree: Path) -> Iterator[Finding]:
    report = json.loads(
        run_tool(tree, "hadolint", "--no-fail", "--format", "json", *in_tree(tree, "*Dockerfile"))
    )
    for entry in report:
        yield Finding(entry["file"], entry["code"], f"line {entry['line']}: {entry['message']}")


def _compose_schema(tree: Path) -> Iterator[Finding]:
    for path in in_tree(tree, *COMPOSE):
        compose = yaml.safe_load((tree / path).read_text())
        yield from schema_findings(builtin_schema("vendor.compose-spec"), path, compose)


def _compose_config(tree: Path) -> Iterator[Finding]:
    """What Compose itself says, and a service that no `depends_on`, network or volume defines."""
    for path in in_tree(tree, *COMPOSE):
        result = call(
            "docker", "compose", "--file", path, "--env-file", "/dev/null", "config", "--quiet", cwd=tree
        )
        for line in result.stderr.splitlines():
            yield Finding(path.as_posix(), "config", line)


def _compose_lint(tree: Path) -> Iterator[Finding]:
    for path in in_tree(tree, *COMPOSE):
        output = run_tool(tree, "compose-lint", "check", "--no-env", "--format", "json", path)
        for entry in json.loads(output)["findings"]:
            yield Finding(path.as_posix(), entry["rule_id"], f"{entry['service']}: {entry['message']}")


JUDGES = [
    Judge("hadolint", ("Dockerfile", "*/Dockerfile"), _hadolint, ("hadolint",)),
    Judge("compose-schema", COMPOSE, _compose_schema),
    Judge("compose-config", COMPOSE + COMPOSE_READS, _compose_config, ("docker compose",)),
    Judge("compose-lint", COMPOSE, _compose_lint, ("compose-lint",)),
]
