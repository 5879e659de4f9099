"""Rules about copier.yml."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.support.rules.sources import DIMENSIONS

FORBIDDEN = ("_tasks", "_migrations", "_jinja_extensions")


def _settings(root: Path) -> dict[str, Any]:
    documents = yaml.safe_load_all((root / "copier.yml").read_text(encoding="utf-8"))
    return {key: value for document in documents for key, value in document.items()}


def _questions(root: Path) -> dict[str, dict[str, Any]]:
    return {
        name: facts
        for name, facts in _settings(root).items()
        if not name.startswith("_") and facts.get("when") is not False
    }


def nothing_asks_for_trust(root: Path) -> list[str]:
    """No release may hold tasks, migrations or extensions: every later update would ask for --trust."""
    return [f"copier.yml: {key}" for key in FORBIDDEN if key in _settings(root)]


def validators_match_to_the_very_end(root: Path) -> list[str]:
    r"""A free text has a validator; its pattern runs from ^ to \Z, since $ takes a line break at the end."""
    findings = []
    for name, facts in _questions(root).items():
        validator = facts.get("validator", "")
        patterns = re.findall(r"regex_search\('(.*?)'\)", validator)
        if facts["type"] == "str" and "choices" not in facts and not validator:
            findings.append(f"copier.yml: `{name}` has no validator")
        findings += [
            f"copier.yml: `{name}` is checked by {pattern}"
            for pattern in patterns
            if not (pattern.startswith("^") and pattern.endswith(r"\Z"))
        ]
    return findings


def no_question_is_conditional(root: Path) -> list[str]:
    """Each question is asked always and has a default: what is not recorded changes with a later default."""
    return [
        f"copier.yml: `{name}` {fault}"
        for name, facts in _questions(root).items()
        for fault, found in (("is conditional", "when" in facts), ("has no default", "default" not in facts))
        if found
    ]


def hidden_values_do_not_reuse_names(root: Path) -> list[str]:
    """No name stands twice among questions and hidden values; no question is named as a kind of layer."""
    text = (root / "copier.yml").read_text(encoding="utf-8")
    keys = [
        key.value
        for document in yaml.compose_all(text, Loader=yaml.SafeLoader)
        if isinstance(document, yaml.MappingNode)
        for key, _ in document.value
    ]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    layers = [name for name in _questions(root) if name in DIMENSIONS]
    return [f"copier.yml: `{key}` stands twice" for key in twice] + [
        f"copier.yml: the question `{name}` has the name of a kind of layer" for name in layers
    ]
