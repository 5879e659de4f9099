"""Rules about what stands inside a file."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tests.support.rules.sources import SUFFIX, load, paths, read, template_files

MOST_DECISIONS = 5
# Files that no linter and no git of this repository would take for its own; every other one carries .jinja.
PLAIN_SUFFIXES = {".sh", ".py", ".mako", ".go", ".ts", ".java", ".kt", ".sql", ".typed", ".png", ".jar"}
CONTRACTS = re.compile(
    r"catalog/([^/]+\.yml|(languages|stacks)/[^/]+\.yml|\w+/[^/]+/(service|target|ci|sample)\.yml)"
)
# The version of a format is part of the format, and a new service starts at its own.
OWN = re.compile(r'^\s*("?openapi"?\s*[:=].*|version = "0\.1\.0"|"version": "0\.1\.0",)$')
CODE_SUFFIXES = {".py", ".go", ".ts", ".java", ".kt", ".sql", ".mako", ".md"}
VERSIONS = "catalog/versions.yml"
COMMIT = re.compile(r"\b[0-9a-f]{40}\b")


def templates_decide_little(root: Path) -> list[str]:
    """At most five lines of a template file, or of a fragment that one includes, hold a block."""
    counted = {path: read(root / path).splitlines() for path in paths(root, "template", "catalog")}
    decisions = {path: sum("[% " in line for line in lines) for path, lines in counted.items()}
    return [f"{path}: {n} lines with `[% `" for path, n in decisions.items() if n > MOST_DECISIONS]


def configuration_carries_the_suffix(root: Path) -> list[str]:
    """Configuration in template/ ends in .jinja, or linters and git obey it; nothing at the root ends so."""
    named = [PurePosixPath(file.path) for file in template_files(root)]
    missing = [path for path in named if path.suffix not in PLAIN_SUFFIXES | {SUFFIX}]
    stray = [path.name for path in root.glob(f"*{SUFFIX}")]
    return [f"{path}: does not end in {SUFFIX}" for path in missing] + [
        f"{name}: ends in {SUFFIX} at the root" for name in stray
    ]


def included_facts_are_plain_yaml(root: Path) -> list[str]:
    """No answer goes into a catalog file that is read as YAML."""
    contracts = [path for path in paths(root, "catalog") if CONTRACTS.fullmatch(path)]
    return [
        f"{path}: holds a template expression"
        for path in contracts
        if re.search(r"\[[\[%#] ", read(root / path))
    ]


def _images(versions: dict[str, dict[str, str]]) -> set[str]:
    """Every image reference that is pinned."""
    return {*versions["images"].values(), *versions.get("job_images", {}).values()}


def _version_patterns(root: Path) -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """What versions look like: name, pattern, and whether it is looked for in code and prose too."""
    versions = load(root, VERSIONS)
    yield "three numbers", re.compile(r"(?<![\w.])v?\d+\.\d+\.\d+(?![\w.]*\.\d)"), False
    yield "the tag of an action", re.compile(r"@v\d"), True
    yield "a requirement", re.compile(r"[A-Za-z\])]\s?(==|>=|~=|\^)\s?\d+\.\d+"), False
    for name, runtime in versions["runtimes"].items():
        dotted = [re.escape(value) for value in runtime.values() if "." in value]
        if dotted:
            yield f"a version of {name}", re.compile(rf"(?<![\w.])({'|'.join(dotted)})(?![\w]|\.\d)"), True
    repositories = {re.escape(reference.rpartition(":")[0]) for reference in _images(versions)}
    yield "the tag of an image", re.compile(rf"\b({'|'.join(sorted(repositories))}):\d{{1,3}}(?!\d)"), True


def versions_stand_in_one_file(root: Path) -> list[str]:
    """No version of a runtime, image, package or action stands outside catalog/versions.yml."""
    patterns = list(_version_patterns(root))
    findings = []
    for path in paths(root, "template", "catalog"):
        prose = PurePosixPath(path.removesuffix(SUFFIX)).suffix in CODE_SUFFIXES
        for line in read(root / path).splitlines() if path != VERSIONS else []:
            found = [
                name
                for name, pattern, everywhere in patterns
                if (everywhere or not prose) and pattern.search(OWN.sub("", line))
            ]
            findings += [f"{path}: {name} in `{line.strip()}`" for name in found]
    return findings


def actions_are_pinned_by_commit(root: Path) -> list[str]:
    """Actions come from catalog/versions.yml, each with its commit and tag; no commit stands elsewhere."""
    loose = [
        f"{VERSIONS}: {name} is not pinned by commit and tag"
        for name, pin in load(root, VERSIONS)["actions"].items()
        if not COMMIT.fullmatch(pin.get("sha", "")) or not pin.get("tag")
    ]
    for path in paths(root, "template", "catalog"):
        text = read(root / path) if path != VERSIONS else ""
        loose += [f"{path}: commit {commit}" for commit in COMMIT.findall(text)]
        uses = re.findall(r"^\s*(?:- )?uses:\s*(.+)", text, re.MULTILINE)
        loose += [f"{path}: uses {use}" for use in uses if not use.startswith(("[[ ", "./"))]
    return loose
