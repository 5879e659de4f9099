"""Where a project names environment variables: `.env.example`, compose.yaml, manifests and code."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from scaffold.errors import ScaffoldError
from scaffold.gitcommand import GitError, call
from scaffold.questions import LOADER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LARGEST = 1024 * 1024
CODE = {".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".go", ".java", ".kt", ".kts", ".rb", ".rs"}
TESTS = {"test", "tests", "__tests__", "testdata", "spec", "fixtures"}
TEST_FILE = re.compile(r"^(test_.*|conftest|.*[._-](test|spec)|.*Tests?)\.\w+$")
ASSIGNMENT = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=", re.MULTILINE)
WORD = re.compile(r"[A-Za-z_]\w*")
# os.environ["X"], os.environ.get("X"), os.getenv("X"), os.Getenv("X"), os.LookupEnv("X"), process.env.X,
# process.env["X"], System.getenv("X"), env::var("X"), ENV["X"], ENV.fetch("X")
READ = re.compile(
    r"(?:\benviron(?:\.get|\.pop)?|\b(?:os\.)?getenv|\bos\.(?:Getenv|LookupEnv)|\bprocess\.env|\benv::var"
    r"|\bENV(?:\.fetch)?|\bSystem\.getenv(?:\(\))?)\s*(?:[\[(]\s*[\"']|\.)([A-Z][A-Z0-9_]*)\b"
)
# A class of a settings library: each field is the variable of its name in capitals.
SETTINGS = re.compile(
    r"^class \w+\((?:[\w.]+\.)?(?:Section|BaseSettings|Settings)\):\n((?:[ \t]+.*\n|\n)*)", re.MULTILINE
)
FIELD = re.compile(r"^(?: {4}|\t)([a-z]\w*)\s*:\s", re.MULTILINE)
LOOKED_FOR = (
    "reads by a literal name and fields of settings classes; a name put together at run time is not seen"
)


@dataclass(frozen=True)
class Code:
    """What the sources say: where each variable is read first, every word in them, and how many they are."""

    reads: Mapping[str, str]
    words: frozenset[str]
    files: int


def example(project: Path) -> set[str] | None:
    """Names that .env.example gives a value; None where there is no such file."""
    path = project / ".env.example"
    return (
        set(ASSIGNMENT.findall(path.read_text(encoding="utf-8", errors="replace")))
        if path.is_file()
        else None
    )


def compose(project: Path, processes: set[str]) -> Mapping[str, set[str]] | None:
    """Names that compose.yaml sets, by process; None where there is no such file."""
    path = next((p for p in map(project.joinpath, ("compose.yaml", "compose.yml")) if p.is_file()), None)
    if path is None:
        return None
    try:
        data = yaml.load(path.read_bytes(), Loader=LOADER)  # noqa: S506 a safe loader
        services: Mapping[str, Any] = data.get("services") or {}
        return {name: _environment(services[name]) for name in services if name in processes}
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        raise ScaffoldError(f"`{path.name}` cannot be read: {str(error).splitlines()[0]}") from error


def manifests(project: Path) -> set[str] | None:
    """Every word in the files below deploy/; None where there is no such folder."""
    folder = project / "deploy"
    if not folder.is_dir():
        return None
    return {word for path in folder.rglob("*") if path.is_file() for word in WORD.findall(_text(path))}


def code(project: Path) -> Code:
    """What the sources read; tests and files that git ignores are not looked at."""
    reads: dict[str, str] = {}
    words: set[str] = set()
    sources = [path for path in _files(project) if _is_source(path)]
    for path in sources:
        text = _text(project / path)
        words.update(plain(word) for word in WORD.findall(text))
        for name, position in _reads(path, text):
            reads.setdefault(name, f"{path}:{text.count(chr(10), 0, position) + 1}")
    return Code(reads, frozenset(words), len(sources))


def plain(name: str) -> str:
    """`name` as LOG_LEVEL, log_level, logLevel and LogLevel have it in common."""
    return name.replace("_", "").lower()


def _environment(service: Mapping[str, Any]) -> set[str]:
    given = service.get("environment") or {}
    return {str(entry).partition("=")[0] for entry in given}


def _reads(path: str, text: str) -> Iterator[tuple[str, int]]:
    for found in READ.finditer(text):
        yield found[1], found.start()
    for settings in SETTINGS.finditer(text) if path.endswith(".py") else ():
        for found in FIELD.finditer(settings[1]):
            if found[1] != "model_config":
                yield found[1].upper(), settings.start(1) + found.start()


def _is_source(path: str) -> bool:
    *folders, name = path.split("/")
    return os.path.splitext(name)[1] in CODE and not TESTS.intersection(folders) and not TEST_FILE.match(name)  # noqa: PTH122


def _files(project: Path) -> list[str]:
    try:
        listed = call("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=project)
        return sorted({os.fsdecode(path) for path in listed.split(b"\0") if path})
    except GitError:
        found = (path.relative_to(project) for path in project.rglob("*"))
        return sorted(
            path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts)
        )


def _text(path: Path) -> str:
    if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
        return ""
    return path.read_text(encoding="utf-8", errors="replace")
