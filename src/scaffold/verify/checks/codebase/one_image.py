"""All commands of the service run from one image."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from scaffold.verify.bench import Bench
from scaffold.verify.checks.parity.files import compose
from scaffold.verify.checks.parity.manifests import manifests
from scaffold.verify.contract import Contract
from scaffold.verify.registry import Failed, NotApplicable, check


@check(
    id="i-one-image",
    factor="I",
    promise="Every process type and one-off command of a deployment runs from the same image",
    fix="Build one image; let compose and manifests differ in the command only.",
)
def one_image(bench: Bench) -> list[str]:
    """Compare the images of the contract's commands within the compose file and within the manifests."""
    places = {"compose": _in_compose(bench), "manifests": _in_manifests(bench)}
    evidence = []
    for place, images in places.items():
        if len(set(images.values())) > 1:
            raise Failed(f"in {place}: {', '.join(f'{name} from {image}' for name, image in images.items())}")
        if len(images) > 1:
            evidence.append(f"in {place} {', '.join(images)} run from {next(iter(images.values()))}")
    if not evidence:
        raise NotApplicable("neither the compose file nor a manifest runs two of the contract's commands")
    return evidence


def _in_compose(bench: Bench) -> dict[str, str]:
    try:
        services = compose(bench)
    except NotApplicable:
        return {}
    return {
        name: json.dumps(service.get("build", service.get("image")), sort_keys=True)
        for name, service in services.items()
        if name in bench.contract.processes or words(service.get("command")) in _commands(bench.contract)
    }


def _in_manifests(bench: Bench) -> dict[str, str]:
    return {
        " ".join(command[-2:]): str(container["image"])
        for document in manifests(bench.contract.root)
        for container in containers(document)
        if (command := words(container.get("command")) + words(container.get("args")))
        in _commands(bench.contract)
    }


def _commands(contract: Contract) -> set[tuple[str, ...]]:
    return {*contract.processes.values(), *contract.migrations.values(), *contract.admin.values()}


def words(command: object) -> tuple[str, ...]:
    """Read a command, whichever way it is written."""
    if isinstance(command, str):
        return tuple(shlex.split(command))
    return tuple(map(str, command)) if isinstance(command, list) else ()


def containers(node: object) -> Iterator[Mapping[str, Any]]:
    """Find every container with an image in a manifest."""
    if isinstance(node, list):
        for item in node:
            yield from containers(item)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in {"containers", "initContainers"} and isinstance(value, list):
                yield from (item for item in value if isinstance(item, dict) and "image" in item)
            yield from containers(value)
