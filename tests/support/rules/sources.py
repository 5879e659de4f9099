"""What the rules read: a repository's files, and each template file with its layers and path in a project."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

DIMENSIONS = ("lang", "fw", "with", "without", "to", "by", "can", "show")
LAYER = re.compile(rf"\[\[ ({'|'.join(DIMENSIONS)})\.([a-z][a-z0-9_]*) \]\]")
SUFFIX = ".jinja"


@dataclass(frozen=True)
class TemplateFile:
    """One file under template/: its layers as (dimension, id), and where it lands, expressions unrendered."""

    root: Path
    path: str

    @cached_property
    def layers(self) -> tuple[tuple[str, str], ...]:
        matches = (LAYER.fullmatch(part) for part in self.path.split("/"))
        return tuple((match[1], match[2]) for match in matches if match)

    @cached_property
    def output(self) -> str:
        kept = [part for part in self.path.split("/")[1:] if not LAYER.fullmatch(part)]
        return "/".join(kept).removesuffix(SUFFIX)

    def of(self, dimension: str) -> set[str]:
        return {identifier for name, identifier in self.layers if name == dimension}

    @property
    def text(self) -> str:
        return read(self.root / self.path)


def read(path: Path) -> str:
    """Text of a file; a binary one reads as nothing."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def paths(root: Path, *folders: str) -> list[str]:
    """Every file below the folders, from the root."""
    found = (path for folder in folders for path in (root / folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(root).as_posix() for path in found)


def template_files(root: Path) -> list[TemplateFile]:
    return [TemplateFile(root, path) for path in paths(root, "template")]


def load(root: Path, path: str) -> Any:
    return yaml.load((root / path).read_text(encoding="utf-8"), yaml.CSafeLoader)


def index(root: Path) -> dict[str, Any]:
    """catalog/index.yml with ids only."""
    listed = load(root, "catalog/index.yml")
    return {kind: list(ids.values()) if isinstance(ids, dict) else ids for kind, ids in listed.items()}


def stacks(root: Path) -> dict[str, dict[str, Any]]:
    """Every stack's contract by its id."""
    return {Path(path).stem: load(root, path) for path in paths(root, "catalog/stacks")}
