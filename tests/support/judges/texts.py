"""Judges of YAML style, shell, make, and of secrets in any file."""

import json
from collections.abc import Iterator
from pathlib import Path

from yamllint import linter
from yamllint.config import YamlLintConfig

from tests.support.judges.judge import MUTANTS, Finding, Judge, in_tree, run_tool
from tests.support.tools import call

YAML = ("*.yaml", "*.yml")
# YAML only once Helm has rendered it; the judge of manifests reads that.
HELM_TEMPLATES = "deploy/chart/templates/*"
RULES = YamlLintConfig(file=str(MUTANTS / "yamllint.yml"))

# Beyond what shellcheck looks for by itself.
SHELL_CHECKS = ("avoid-nullary-conditions", "deprecate-which", "quote-safe-variables")


def _yamllint(tree: Path) -> Iterator[Finding]:
    for path in (path for path in in_tree(tree, *YAML) if not path.match(HELM_TEMPLATES)):
        for problem in linter.run((tree / path).read_text(encoding="utf-8"), RULES):
            yield Finding(path.as_posix(), problem.rule or "syntax", f"line {problem.line}: {problem.desc}")


def _shellcheck(tree: Path) -> Iterator[Finding]:
    report = run_tool(
        tree, "shellcheck", "--format", "json", "--enable", ",".join(SHELL_CHECKS), *in_tree(tree, "*.sh")
    )
    for entry in json.loads(report):
        yield Finding(entry["file"], f"SC{entry['code']}", f"line {entry['line']}: {entry['message']}")


def _make(tree: Path) -> Iterator[Finding]:
    """The Makefile is read to its end, and `help` names a verb."""
    result = call("make", "--dry-run", "--warn-undefined-variables", "help", cwd=tree)
    for line in result.stderr.splitlines():
        yield Finding("Makefile", "make", line)
    listed = call("make", "--silent", "help", cwd=tree)
    if listed.returncode or "test" not in listed.stdout:
        yield Finding(
            "Makefile", "help", f"`make help` does not name its verbs: {listed.stdout}{listed.stderr}"
        )


def _gitleaks(tree: Path) -> Iterator[Finding]:
    report = run_tool(
        tree, "gitleaks", "dir", "--no-banner", "--log-level", "error", "-f", "json", "-r", "-", "."
    )
    for entry in json.loads(report):
        yield Finding(entry["File"], entry["RuleID"], f"line {entry['StartLine']}: {entry['Description']}")


JUDGES = [
    Judge("yamllint", YAML, _yamllint),
    Judge("shellcheck", ("*.sh",), _shellcheck, ("shellcheck",)),
    Judge("make", ("Makefile",), _make, ("make",)),
    Judge("gitleaks", ("*",), _gitleaks, ("gitleaks",), at_once=True),
]
