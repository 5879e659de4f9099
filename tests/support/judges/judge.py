"""What a judge is, how a verdict is made once in a run, and which findings are waived."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from tests.support.once import once
from tests.support.render import files
from tests.support.repository import ROOT
from tests.support.tools import call, need

MUTANTS = ROOT / "tests" / "judges"


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: the file in the project, the judge's name of the rule, and what is wrong."""

    path: str
    rule: str
    message: str


@dataclass(frozen=True)
class Judge:
    """Reads the files of `scope` (patterns of paths), in a tree that holds nothing else."""

    name: str
    scope: tuple[str, ...]
    judge: Callable[[Path], Iterable[Finding]]
    tools: tuple[str, ...] = ()

    def reads(self, path: str) -> bool:
        return any(fnmatchcase(path, pattern) for pattern in self.scope)


def verdict(judge: Judge, tree: Path, run: Path) -> list[Finding]:
    """Findings of the judge; the same content is judged once in a run, and no content has no fault."""
    need(*judge.tools)
    scope = {path: content for path, content in files(tree).items() if judge.reads(path)}
    if not scope:
        return []
    key = hashlib.sha256(repr(sorted(scope.items())).encode()).hexdigest()[:16]
    judged = once(run / "judged" / judge.name / key, lambda folder: _make(judge, scope, tree, folder))
    return [Finding(**finding) for finding in json.loads((judged / "findings.json").read_text())]


def _make(judge: Judge, scope: dict[str, bytes], tree: Path, folder: Path) -> None:
    for path, content in scope.items():
        file = folder / "tree" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod((tree / path).stat().st_mode)
    findings = sorted(set(judge.judge(folder / "tree")))
    (folder / "findings.json").write_text(json.dumps([asdict(finding) for finding in findings]))


@dataclass(frozen=True)
class Waiver:
    """A finding that is let pass, and why."""

    judge: str
    path: str
    rule: str
    reason: str

    def covers(self, judge: str, finding: Finding) -> bool:
        return (self.judge, self.rule) == (judge, finding.rule) and fnmatchcase(finding.path, self.path)


def waivers() -> list[Waiver]:
    """Everything that is waived, in any judge."""
    return [Waiver(**entry) for entry in yaml.safe_load((MUTANTS / "waivers.yml").read_text()) or []]


def run_tool(tree: Path, *command: str | Path) -> str:
    """Output of a tool that ran in the tree; one that said nothing but failed is an error of the test."""
    result = call(str(command[0]), *command[1:], cwd=tree)
    if not result.stdout.strip() and result.returncode:
        raise RuntimeError(f"{command[0]} failed: {result.stderr}")
    return result.stdout


def in_tree(tree: Path, *patterns: str) -> list[Path]:
    """Files of the tree that match one of the patterns, from the tree."""
    return sorted(
        Path(path) for path in files(tree) if any(fnmatchcase(path, pattern) for pattern in patterns)
    )


def schema_findings(tree: Path, rule: str, *arguments: str | Path) -> list[Finding]:
    """Findings of check-jsonschema for the files in the arguments."""
    report = json.loads(run_tool(tree, "check-jsonschema", "--output-format", "json", *arguments))
    broken = [
        (error["filename"], f"{error['path']}: {error['message']}") for error in report.get("errors", [])
    ]
    unread = [(error.get("path", "?"), str(error)) for error in report.get("parse_errors", [])]
    return [Finding(path, rule, message) for path, message in broken + unread]
