"""Judges of GitHub's workflows."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.support.judges.judge import Finding, Judge, builtin_schema, in_tree, run_tool, schema_findings

WORKFLOWS = ".github/workflows/*.yml"
ACTIONS = ".github/actions/*/action.yml"


def _schema(tree: Path) -> Iterator[Finding]:
    """GitHub's schema, which knows no YAML 1.1: `on` is a string there; and a timeout in every job."""
    for path in in_tree(tree, WORKFLOWS, ACTIONS):
        text = (tree / path).read_text()
        instance = yaml.safe_load(re.sub(r"^on:", '"on":', text, flags=re.MULTILINE))
        kind = "workflows" if path.parent.name == "workflows" else "actions"
        yield from schema_findings(builtin_schema(f"vendor.github-{kind}"), path, instance)
        if kind == "workflows":
            timeouts = builtin_schema("custom.github-workflows-require-timeout")
            yield from schema_findings(timeouts, path, instance, "timeout")


def _zizmor(tree: Path) -> Iterator[Finding]:
    strict = ("--offline", "--no-progress", "--no-exit-codes", "--persona", "auditor", "--strict-collection")
    for entry in json.loads(run_tool(tree, "zizmor", *strict, "--format", "json", ".")):
        place = entry["locations"][0]["symbolic"]
        path = place["key"]["Local"]["verbatim_path"].removeprefix("./")
        yield Finding(path, entry["ident"], f"{entry['desc']}: {place['annotation']}")


def _actionlint(tree: Path) -> Iterator[Finding]:
    report = run_tool(tree, "actionlint", "-format", "{{json .}}", *in_tree(tree, WORKFLOWS))
    for entry in json.loads(report):
        yield Finding(entry["filepath"], entry["kind"], f"line {entry['line']}: {entry['message']}")


JUDGES = [
    Judge("workflow-schema", (WORKFLOWS, ACTIONS), _schema),
    Judge("zizmor", (WORKFLOWS, ACTIONS), _zizmor, ("zizmor",)),
    Judge("actionlint", (WORKFLOWS, ACTIONS), _actionlint, ("actionlint", "shellcheck")),
]
