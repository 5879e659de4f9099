"""Rules about paths: of the template's layers, and of the catalog."""

import itertools
import re
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import Any

from tests.support.rules.sources import (
    LAYER,
    TemplateFile,
    index,
    load,
    paths,
    stacks,
    template_files,
)

NONE = "none"
NAMES = {"package", "project_name", "_copier_conf.answers_file"}
RESERVED_ON_WINDOWS = {"con", "prn", "aux", "nul"} | {f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10)}
EXCLUSIVE = ("lang", "fw", "to", "by", "show")


def _together(root: Path, one: TemplateFile, other: TemplateFile) -> bool:
    """Whether some answers select both files."""
    chosen = {dimension: one.of(dimension) | other.of(dimension) for dimension in EXCLUSIVE}
    if any(len(identifiers) > 1 for identifiers in chosen.values()):
        return False
    if (one.of("with") | other.of("with")) & (one.of("without") | other.of("without")):
        return False
    return any(
        chosen["lang"] <= {stack["language"]} and chosen["fw"] <= {stack["framework"]}
        for stack in stacks(root).values()
    )


def layers_never_write_the_same_path(root: Path) -> list[str]:
    """No answers select two files of one path (case aside), or a file where another needs a folder."""
    files = template_files(root)
    by_path: defaultdict[str, list[TemplateFile]] = defaultdict(list)
    for file in files:
        by_path[file.output.lower()].append(file)
    rivals = [pair for group in by_path.values() for pair in itertools.combinations(group, 2)]
    for file in files:
        for parent in PurePosixPath(file.output.lower()).parents:
            rivals += [(blocking, file) for blocking in by_path.get(str(parent), [])]
    return [f"{a.path} and {b.path} both write {a.output}" for a, b in rivals if _together(root, a, b)]


def paths_are_layers_or_names(root: Path) -> list[str]:
    """A part of a template path is a layer, or text with the service's name; it decides nothing."""
    findings = []
    for file in template_files(root):
        for part in file.path.split("/"):
            expressions = re.findall(r"\[\[ ?(.*?) ?\]\]", part)
            if "[%" in part or (not LAYER.fullmatch(part) and not set(expressions) <= NAMES):
                findings.append(f"{file.path}: `{part}` is neither a layer nor a name")
    return findings


def paths_work_on_every_system(root: Path) -> list[str]:
    """No path holds what Windows forbids: a reserved character or name, a dot or a space at an end."""
    parts = {part: path for path in paths(root, "template", "catalog") for part in path.split("/")}
    return [
        f"{path}: `{part}` cannot exist on Windows"
        for part, path in parts.items()
        if re.search(r'[<>:"\\|?*\x00-\x1f]|[. ]$', part) or part.split(".")[0].lower() in RESERVED_ON_WINDOWS
    ]


def _folders(root: Path, kind: str, contract: str) -> set[str]:
    return {Path(path).parent.name for path in paths(root, f"catalog/{kind}") if Path(path).name == contract}


def index_catalog_and_folders_agree(root: Path) -> list[str]:
    """Every id of the index has its contract and its layer, and the reverse; so has every adapter."""
    known, contracts = index(root), stacks(root)
    expected: list[tuple[str, Any, Any]] = [
        ("catalog/stacks", set(known["stacks"]), set(contracts)),
        ("catalog/services", set(known["services"]), _folders(root, "services", "service.yml")),
        ("catalog/targets", set(known["targets"]), _folders(root, "targets", "target.yml")),
        ("catalog/ci", set(known["ci"]), _folders(root, "ci", "ci.yml")),
        ("catalog/samples", set(known["samples"]), _folders(root, "samples", "sample.yml")),
        (
            "catalog/languages",
            set(known["languages"]),
            {Path(p).stem for p in paths(root, "catalog/languages")},
        ),
        ("languages of stacks", set(known["languages"]), {stack["language"] for stack in contracts.values()}),
        (
            "frameworks of stacks",
            set(known["frameworks"]),
            {stack["framework"] for stack in contracts.values()},
        ),
        *_expected_layers(root, known),
        *_expected_pins(root, known, contracts),
    ]
    return [
        f"{what}: {sorted(a)} in one place, {sorted(b)} in the other" for what, a, b in expected if a != b
    ]


def _expected_layers(root: Path, known: dict[str, Any]) -> list[tuple[str, set[str], set[str]]]:
    files = template_files(root)
    folders = {
        dimension: {name for file in files for name in file.of(dimension)}
        for dimension in ("lang", "to", "by")
    }
    kinds = {"lang": "languages", "to": "targets", "by": "ci"}
    layers = [(f"layers `{d}`", set(known[kind]) - {NONE}, folders[d]) for d, kind in kinds.items()]
    optional = {"fw": "frameworks", "with": "services", "without": "services", "show": "samples"}
    for dimension, kind in optional.items():
        used = {name for file in files for name in file.of(dimension)}
        layers.append((f"layers `{dimension}` without an id", set(), used - set(known[kind])))
    return layers


def _expected_pins(
    root: Path, known: dict[str, Any], contracts: dict[str, Any]
) -> list[tuple[str, set[str], set[str]]]:
    versions = load(root, "catalog/versions.yml")
    contracts_of_services = [load(root, f"catalog/services/{name}/service.yml") for name in known["services"]]
    images = {contract["image"] for contract in contracts_of_services if "image" in contract}
    languages = [load(root, f"catalog/languages/{name}.yml") for name in known["languages"]]
    toolchains = {language["toolchain"] for language in languages}
    setups = [setup for language in languages for setup in language.get("setup", {}).values()]
    jobs = {setup["image"] for setup in setups if isinstance(setup, dict) and "image" in setup}
    adapters = [
        (f"adapters of {language}", _declared_adapters(contracts, language), _adapter_layers(root, language))
        for language in known["languages"]
    ]
    return [
        ("images without a pin", set(), images - set(versions["images"])),
        ("images of jobs without a pin", set(), jobs - set(versions.get("job_images", {}))),
        ("toolchains without a pin", set(), toolchains - set(versions["runtimes"])),
        *adapters,
    ]


def _declared_adapters(contracts: dict[str, Any], language: str) -> set[str]:
    return {
        name for stack in contracts.values() if stack["language"] == language for name in stack["adapters"]
    }


def _adapter_layers(root: Path, language: str) -> set[str]:
    """Services that a layer of the language serves by itself, whatever the sample."""
    layers = [file for file in template_files(root) if language in file.of("lang") and not file.of("show")]
    return {name for file in layers for name in file.of("with")}
