"""Judge of TypeScript: every source has syntax that Node runs by leaving the types out."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.support.judges.judge import Finding, Judge, in_tree, run_tool

STRIP = """
const { readFileSync } = require('node:fs');
const { stripTypeScriptTypes } = require('node:module');
for (const path of process.argv.slice(1)) {
  try {
    stripTypeScriptTypes(readFileSync(path, 'utf8'));
  } catch (error) {
    console.log(JSON.stringify([path, error.code, error.message]));
  }
}
"""


def _typescript(tree: Path) -> Iterator[Finding]:
    sources = in_tree(tree, "*.ts")
    report = run_tool(tree, "node", "--no-warnings", "--eval", STRIP, "--", *sources) if sources else ""
    for path, code, message in map(json.loads, report.splitlines()):
        yield Finding(path, code, message)


JUDGES = [Judge("typescript", ("*.ts",), _typescript, ("node",), at_once=True)]
