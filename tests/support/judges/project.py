"""Judges of the files around a service: owners, catalog entries, contract, update bot, links."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml
from markdown_it import MarkdownIt

from tests.support.judges.judge import MUTANTS, Finding, Judge, builtin_schema, in_tree, schema_findings
from tests.support.repository import ROOT

CONTRACT = ROOT / "docs" / "schemas" / "twelve-factor.schema.json"
TEAM = re.compile(r"@[A-Za-z0-9](-?[A-Za-z0-9])*(/[A-Za-z0-9](-?[A-Za-z0-9])*)?")


def _by_schema(tree: Path, file: str, schema: Path) -> Iterator[Finding]:
    validator = jsonschema_rs.validator_for(json.loads(schema.read_text()))
    for document in yaml.safe_load_all((tree / file).read_text()):
        yield from schema_findings(validator, file, document)


def _backstage(tree: Path) -> Iterator[Finding]:
    return _by_schema(tree, "catalog-info.yaml", MUTANTS / "schemas" / "catalog-info.schema.json")


def _contract(tree: Path) -> Iterator[Finding]:
    return _by_schema(tree, ".twelve-factor.yml", CONTRACT)


def _renovate(tree: Path) -> Iterator[Finding]:
    instance = json.loads((tree / "renovate.json").read_text())
    return schema_findings(builtin_schema("vendor.renovate"), "renovate.json", instance)


def _codeowners(tree: Path) -> Iterator[Finding]:
    for path in in_tree(tree, "CODEOWNERS", "*/CODEOWNERS"):
        rules = [line.split("#")[0].split() for line in (tree / path).read_text().splitlines()]
        for pattern, *owners in filter(None, rules):
            for owner in owners:
                if not TEAM.fullmatch(owner):
                    yield Finding(
                        path.as_posix(), "owner", f"{owner} is neither @user nor @organisation/team"
                    )
            if not owners:
                yield Finding(path.as_posix(), "nobody", f"nobody owns {pattern}")
            if pattern.startswith("!") or "[" in pattern:
                yield Finding(path.as_posix(), "pattern", f"{pattern} is not supported")


def anchors(text: str) -> set[str]:
    """Anchors that a forge gives to the headings of a text."""
    tokens = MarkdownIt("commonmark").parse(text)
    titles = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _targets(text: str) -> Iterator[Any]:
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or []:
            target = child.attrs.get("href") or child.attrs.get("src")
            if target and not re.match(r"[a-z]+:", str(target)):
                yield str(target)


def _links(tree: Path) -> Iterator[Finding]:
    for path in in_tree(tree, "*.md"):
        text = (tree / path).read_text()
        for target in _targets(text):
            file, _, anchor = target.partition("#")
            there = (tree / path.parent / file) if file else tree / path
            if not there.exists():
                yield Finding(path.as_posix(), "file", f"there is no {target}")
            elif anchor and anchor not in anchors(there.read_text()):
                yield Finding(path.as_posix(), "anchor", f"there is no {target}")


JUDGES = [
    Judge("backstage", ("catalog-info.yaml",), _backstage),
    Judge("contract-schema", (".twelve-factor.yml",), _contract),
    Judge("renovate-schema", ("renovate.json",), _renovate),
    Judge("codeowners", ("CODEOWNERS", "*/CODEOWNERS"), _codeowners),
    Judge("links", ("*",), _links),
]
