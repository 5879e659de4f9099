"""What is released: images, resources, secrets, names."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

from scaffold.manifests.objects import Facts, Objects, mapping, named, namespace
from scaffold.manifests.quantity import amount
from scaffold.manifests.registry import Fault, rule


@rule(
    id="one-release",
    promise="Every container of one image repository runs the same tag and digest",
    fix="Set the image in one place for all of them.",
)
def one_release(objects: Objects) -> Iterator[Fault]:
    """Compare the references of each repository over all pods of a namespace."""
    seen: defaultdict[tuple[str, str], dict[str, Facts]] = defaultdict(dict)
    for pod in objects.pods:
        for container in pod.all_containers:
            reference = str(container.get("image", ""))
            seen[pod.namespace, repository(reference)].setdefault(reference, pod.owner)
    for (_, image), references in seen.items():
        first, *others = references.items()
        yield from (
            (owner, f"it runs {image} as {reference}, where {named(first[1])} runs {first[0]}")
            for reference, owner in others
        )


def repository(reference: str) -> str:
    """A reference without digest and tag; a colon before the last slash is a port."""
    name = reference.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"


@rule(
    id="requests-within-limits",
    promise="No container requests more than its limit",
    fix="Raise the limit, or lower the request.",
)
def requests_within_limits(objects: Objects) -> Iterator[Fault]:
    """Compare each request with the limit of the same resource."""
    for pod in objects.pods:
        for container in pod.all_containers:
            limits = mapping(container, "resources", "limits")
            for resource, request in mapping(container, "resources", "requests").items():
                wanted, most = amount(request), amount(limits.get(resource))
                if wanted is not None and most is not None and wanted > most:
                    what = f"{request} of {resource}, limited to {limits[resource]}"
                    yield pod.owner, f"{container.get('name')} requests {what}"


@rule(
    id="secret-payload",
    promise="No manifest carries the payload of a Secret",
    fix="Make the Secret outside, or describe it as an ExternalSecret.",
)
def secret_payload(objects: Objects) -> Iterator[Fault]:
    """Look for data in Secrets."""
    for secret in objects.of("Secret"):
        if mapping(secret, "data") or mapping(secret, "stringData"):
            yield secret, "it carries its values"


@rule(
    id="stands-once",
    promise="No object stands twice",
    fix="Remove one: the last one applied would win.",
)
def stands_once(objects: Objects) -> Iterator[Fault]:
    """Count objects by group, kind, namespace and name."""
    counted = Counter(map(_identity, objects.all))
    for entry in objects.all:
        if counted[_identity(entry)] > 1:
            yield entry, f"it stands {counted[_identity(entry)]} times"


def _identity(entry: Facts) -> str:
    group = str(entry.get("apiVersion")).rpartition("/")[0]
    return json.dumps([group, named(entry), namespace(entry)])
