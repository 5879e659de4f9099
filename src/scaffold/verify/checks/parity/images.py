"""The same engines in development and in production."""

import re

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, NotApplicable, check

from .files import compose
from .manifests import manifest_images


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


@check(
    id="x-engines",
    factor="X",
    promise="Compose and manifests run each backing service on the engine and major that the contract names",
    fix="Write `engine: name:major` once, and the same in the image's tag everywhere.",
)
def engines(bench: Bench) -> list[str]:
    """Compare the engine of each backing service with its image in compose, and with manifests."""
    declared = [service for service in bench.contract.services if service.engine]
    if not declared:
        raise NotApplicable("the contract names no `engine` of a backing service")
    services, evidence = compose(bench), []
    for service in declared:
        wanted = str(service.engine)
        image = str(services.get(service.compose_service or service.id, {}).get("image", "no image"))
        others = [other for other in manifest_images(bench.contract.root) if engine(other) == engine(wanted)]
        for found in (image, *others):
            if (engine(found), major(found)) != (engine(wanted), major(wanted)):
                raise Failed(f"the contract says {wanted} for {service.id}; {found} is run")
        evidence.append(f"{service.id}: {wanted} is {', '.join([image, *others])}")
    return evidence


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
