"""Judges of GitHub's workflows."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.support.judges.judge import Finding, Judge, in_tree, run_tool, schema_findings

WORKFLOWS = ".github/workflows/*.yml"
ACTIONS = ".github/actions/*/action.yml"


def _schema(tree: Path) -> list[Finding]:
    workflows, actions = in_tree(tree, WORKFLOWS), in_tree(tree, ACTIONS)
    found = schema_findings(tree, "schema", "--builtin-schema", "vendor.github-workflows", *workflows)
    found += schema_findings(
        tree, "timeout", "--builtin-schema", "custom.github-workflows-require-timeout", *workflows
    )
    if actions:
        found += schema_findings(tree, "schema", "--builtin-schema", "vendor.github-actions", *actions)
    return found


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
    Judge("workflow-schema", (WORKFLOWS, ACTIONS), _schema, ("check-jsonschema",)),
    Judge("zizmor", (WORKFLOWS, ACTIONS), _zizmor, ("zizmor",)),
    Judge("actionlint", (WORKFLOWS, ACTIONS), _actionlint, ("actionlint", "shellcheck")),
]
