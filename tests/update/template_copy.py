"""A throw-away copy of this repository's template with a release before and after real changes."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.support.repository import commit, git, working_copy

CHANGED = "README.md.jinja"
ADDED = "docs/handover.md.jinja"
RENAMED = ("SECURITY.md.jinja", "docs/reporting.md.jinja")
DELETED = "CODEOWNERS.jinja"
SENTENCE = "This line came with v0.2.0."


def make(folder: Path) -> None:
    """The template as it is committed here as v0.1.0, and changed in five ways as v0.2.0."""
    working_copy(folder)
    for path in outside_template(folder):
        path.unlink()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "Start", "v0.1.0")
    template = folder / "template"
    _rewrite(template / CHANGED, lambda text: text.replace("\n", f"\n\n{SENTENCE}\n", 1))
    (template / ADDED).write_text("# Handing [[ project_name ]] over\n")
    (template / RENAMED[0]).rename(template / RENAMED[1])
    (template / DELETED).unlink()
    _rewrite(folder / "catalog/versions.yml", lambda text: re.sub(r"postgres:18", "postgres:19", text))
    commit(folder, "Change", "v0.2.0")


def another_stack(folder: Path) -> Path:
    """The template with a second stack of Python, and one that claims to be of another language."""
    working_copy(folder)
    catalog = folder / "catalog"
    first = (catalog / "stacks/python-fastapi.yml").read_text(encoding="utf-8")
    (catalog / "stacks/python-second.yml").write_text(first.replace("port: 8000", "port: 8123"))
    (catalog / "stacks/cobol-plain.yml").write_text(first.replace("language: python", "language: cobol"))
    _rewrite(
        catalog / "index.yml",
        lambda text: text.replace("services:", "  Second: python-second\n  Cobol: cobol-plain\nservices:", 1),
    )
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "Start", "v0.1.0")
    return folder


def outside_template(folder: Path) -> list[Path]:
    """Files of the copy that no rendering reads."""
    parts = ("template", "catalog", "copier.yml")
    return [p for p in folder.rglob("*") if p.is_file() and p.relative_to(folder).parts[0] not in parts]


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    old = path.read_text(encoding="utf-8")
    new = change(old)
    assert new != old, f"{path} no longer has what this test changes"
    path.write_text(new, encoding="utf-8")
