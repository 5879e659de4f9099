"""Development, CI and production say the same."""

import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from scaffold.verify.bench import Bench
from scaffold.verify.compose import file_of
from scaffold.verify.contract import Contract
from scaffold.verify.registry import Failed, NotApplicable, check

ASSIGNMENT = re.compile(r"\s*#?\s*(?:export )?([A-Z][A-Z0-9_]*)=")
PASSED_THROUGH = "OTEL_"
MANIFEST_FOLDERS = ("deploy", "k8s", "kubernetes", "manifests")


def undeclared(names: Iterable[str], contract: Contract) -> list[str]:
    """Names that the contract does not declare and OTEL's do not cover."""
    known = {variable.name for variable in contract.variables}
    return sorted(name for name in set(names) - known if not name.startswith(PASSED_THROUGH))


@check(
    id="x-env-example",
    factor="X",
    promise=".env.example names exactly the variables that a person may set",
    fix="Write one line for each declared variable, commented out where it is optional.",
    needs=["file:.env.example"],
)
def env_example(bench: Bench) -> str:
    """Compare the names in .env.example with the contract."""
    text = (bench.contract.root / ".env.example").read_text(encoding="utf-8")
    named = {found[1] for line in text.splitlines() if (found := ASSIGNMENT.match(line))}
    settable = {variable.name for variable in bench.contract.variables if variable.set_by is None}
    if missing := sorted(settable - named):
        raise Failed(f".env.example does not name {', '.join(missing)}")
    if extra := undeclared(named, bench.contract):
        raise Failed(f".env.example names {', '.join(extra)}, which the contract does not declare")
    return f".env.example names all {len(settable)} variables, and no other"


@check(
    id="x-procfile",
    factor="X",
    promise="The Procfile starts the processes by the contract's commands",
    fix="Keep one list of commands; generate the others from it.",
    needs=["file:Procfile"],
)
def procfile(bench: Bench) -> str:
    """Compare the Procfile with the contract's processes."""
    text = (bench.contract.root / "Procfile").read_text(encoding="utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = {name.strip(): tuple(shlex.split(command)) for name, _, command in lines}
    for name, command in bench.contract.processes.items():
        if found.get(name) != command:
            raise Failed(f"{name} is {found.get(name)} in the Procfile, {command} in the contract")
    return f"the Procfile has the commands of {', '.join(bench.contract.processes)}"


def compose(bench: Bench) -> Mapping[str, Any]:
    """Read the services of the project's compose file.

    Raises:
        NotApplicable: it has none.
    """
    file = file_of(bench.contract.root)
    if file is None:
        raise NotApplicable("the project has no compose file")
    services: Mapping[str, Any] = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("services", {})
    return services


def names_of(environment: object) -> list[str]:
    """Names of a compose service's variables, whichever way they are written."""
    if isinstance(environment, Mapping):
        return [str(name) for name in environment]
    return [str(item).partition("=")[0] for item in environment] if isinstance(environment, list) else []


@check(
    id="x-compose-variables",
    factor="X",
    promise="The compose file gives the processes declared variables only, and every required one",
    fix="Declare what compose sets, set what is required.",
)
def compose_variables(bench: Bench) -> str:
    """Compare each process's environment in the compose file with the contract."""
    services = compose(bench)
    present = [name for name in bench.contract.processes if name in services]
    if not present:
        raise NotApplicable("the compose file has no service with the name of a process")
    for name in present:
        given = names_of(services[name].get("environment"))
        if extra := undeclared(given, bench.contract):
            raise Failed(f"compose gives {name} {', '.join(extra)}, which the contract does not declare")
        required = {variable.name for variable in bench.contract.variables if variable.required}
        if "env_file" not in services[name] and (missing := sorted(required - set(given))):
            raise Failed(f"compose does not give {name} the required {', '.join(missing)}")
    return f"the variables of {', '.join(present)} are the contract's"


@check(
    id="x-pinned-images",
    factor="X",
    promise="Backing services in the compose file are pinned, and of the major version that manifests name",
    fix="Write a tag with the major version everywhere, and the same one.",
)
def pinned_images(bench: Bench) -> str:
    """Look at the images of the compose file, and for the same engines in manifests."""
    images = {name: str(service["image"]) for name, service in compose(bench).items() if "image" in service}
    if not images:
        raise NotApplicable("the compose file names no image")
    if loose := [image for image in images.values() if not pinned(image)]:
        raise Failed(f"not pinned: {', '.join(loose)}")
    majors = {engine(image): major(image) for image in images.values()}
    for image in manifest_images(bench.contract.root):
        expected = majors.get(engine(image))
        if expected is not None and major(image) != expected:
            raise Failed(f"a manifest names {image}; the compose file has {engine(image)} {expected}")
    return f"pinned: {', '.join(sorted(images.values()))}"


def pinned(image: str) -> bool:
    """Tell whether an image has a tag that says a version, or a digest."""
    tag = image.rpartition("/")[2].partition(":")[2]
    return "@sha256:" in image or (tag != "latest" and any(letter.isdigit() for letter in tag))


def engine(image: str) -> str:
    """The last word of an image's name."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def major(image: str) -> str:
    """The first number of an image's tag."""
    found = re.search(r"\d+", image.partition("@")[0].rpartition("/")[2].partition(":")[2])
    return found[0] if found else ""


def manifest_images(root: Path) -> list[str]:
    """Every image that a manifest of the project names."""
    return [
        found[1]
        for folder in MANIFEST_FOLDERS
        for file in sorted((root / folder).rglob("*.y*ml"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if (found := re.match(r"[\s-]*image:\s*[\"']?([^\s\"']+)", line))
    ]


@check(
    id="x-manifest-variables",
    factor="X",
    promise="Manifests give the processes declared variables only",
    fix="Declare what manifests set.",
)
def manifest_variables(bench: Bench) -> str:
    """Look for the environment of containers and for configuration maps in manifests."""
    documents = [
        document
        for folder in MANIFEST_FOLDERS
        for file in sorted((bench.contract.root / folder).rglob("*.y*ml"))
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))
    ]
    names = {name for document in documents for name in set_by_manifest(document)}
    if not names:
        raise NotApplicable("the project has no manifests that set variables")
    if extra := undeclared(names, bench.contract):
        raise Failed(f"manifests set {', '.join(extra)}, which the contract does not declare")
    return f"manifests set {', '.join(sorted(names))}, all declared"


def set_by_manifest(node: object) -> list[str]:
    """Names in `env` lists, in ConfigMaps and in kustomize's literals."""
    if isinstance(node, list):
        return [name for item in node for name in set_by_manifest(item)]
    if not isinstance(node, dict):
        return []
    found = [str(item["name"]) for item in node.get("env") or () if isinstance(item, dict) and "name" in item]
    found += [str(text).partition("=")[0] for text in node.get("literals") or ()]
    if node.get("kind") == "ConfigMap":
        found += [str(name) for name in node.get("data") or ()]
    return found + [name for value in node.values() for name in set_by_manifest(value)]
