"""Verdicts: made once in a run for the same content, and without the findings that are waived."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from tests.support.judges.judge import MUTANTS, Finding, Judge
from tests.support.once import once
from tests.support.render import files
from tests.support.tools import need

Trees = Mapping[str, Path]


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
    return [Waiver(**entry) for entry in yaml.safe_load((MUTANTS / "waivers.yml").read_text())]


def findings(judge: Judge, trees: Trees, run: Path) -> Iterator[tuple[str, Finding]]:
    """Each finding with the name of its tree; the same content is judged once in a run."""
    need(*judge.tools)
    scopes = {name: {p: c for p, c in files(tree).items() if judge.reads(p)} for name, tree in trees.items()}
    if judge.at_once:
        for finding in _judged(judge, _together(scopes), run):
            name, _, path = finding.path.partition("/")
            yield name, replace(finding, path=path)
        return
    for name, scope in scopes.items():
        yield from ((name, finding) for finding in _judged(judge, scope, run))


def faults(judge: Judge, trees: Trees, run: Path) -> dict[str, str]:
    """What is not waived, with the name of one tree that has it."""
    waived = [waiver for waiver in waivers() if waiver.judge == judge.name]
    return {
        f"{finding.path}: {finding.rule}: {finding.message}": name
        for name, finding in findings(judge, trees, run)
        if not any(waiver.covers(judge.name, finding) for waiver in waived)
    }


def _together(scopes: Mapping[str, dict[str, bytes]]) -> dict[str, bytes]:
    """All scopes in one, each in a folder of its name; a file that another tree has too stands there once."""
    found: dict[tuple[str, bytes], str] = {}
    for name, scope in scopes.items():
        for path, content in scope.items():
            found.setdefault((path, content), f"{name}/{path}")
    return {place: content for (_, content), place in found.items()}


def _judged(judge: Judge, scope: Mapping[str, bytes], run: Path) -> Iterable[Finding]:
    if not scope:
        return []
    key = hashlib.sha256(repr(sorted(scope.items())).encode()).hexdigest()[:16]
    judged = once(run / "judged" / judge.name / key, lambda folder: _judge(judge, scope, folder))
    return [Finding(**finding) for finding in json.loads((judged / "findings.json").read_text())]


def _judge(judge: Judge, scope: Mapping[str, bytes], folder: Path) -> None:
    for path, content in scope.items():
        file = folder / "tree" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    found = sorted(set(judge.judge(folder / "tree")))
    (folder / "findings.json").write_text(json.dumps([asdict(finding) for finding in found]))
