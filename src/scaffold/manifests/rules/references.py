"""Who names whom."""

from collections.abc import Iterator

from scaffold.manifests.objects import Facts, Objects, Pod, mapping, mappings, named, namespace
from scaffold.manifests.registry import Fault, rule

# Made in every namespace by the cluster itself.
GIVEN = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}
KINDS = {
    "configMapKeyRef": "ConfigMap",
    "configMapRef": "ConfigMap",
    "configMap": "ConfigMap",
    "secretKeyRef": "Secret",
}


def _sources(pod: Pod) -> Iterator[tuple[str, Facts]]:
    """Kind of reference and reference, of every place of a pod that takes values from another object."""
    for container in pod.all_containers:
        for source in [*mappings(container.get("envFrom")), *map(_value, mappings(container.get("env")))]:
            yield from ((key, mapping(source, key)) for key in KINDS if source.get(key))
    for volume in mappings(pod.spec.get("volumes")):
        yield from ((key, mapping(volume, key)) for key in ("configMap",) if volume.get(key))


def _value(variable: Facts) -> Facts:
    return mapping(variable, "valueFrom")


@rule(
    id="reference-config",
    promise="Every ConfigMap that a pod needs is there, with the key that it takes",
    fix="Add the ConfigMap or the key, or mark the reference `optional`.",
)
def config(objects: Objects) -> Iterator[Fault]:
    """Look up each ConfigMap that containers and volumes name."""
    for pod in objects.pods:
        for kind, reference in _sources(pod):
            name = reference.get("name")
            if (
                KINDS[kind] != "ConfigMap"
                or reference.get("optional") is True
                or ("ConfigMap", name) in GIVEN
            ):
                continue
            found = objects.find("ConfigMap", name, pod.owner)
            if found is None:
                yield pod.owner, f"it needs the ConfigMap {name}, which is not there"
            elif kind == "configMapKeyRef" and reference.get("key") not in mapping(found, "data"):
                yield (
                    pod.owner,
                    f"it needs {reference.get('key')} of the ConfigMap {name}, which has no such key",
                )


@rule(
    id="reference-secret-key",
    promise="A Secret or ExternalSecret of the manifests has the key that a pod takes",
    fix="Add the key to the Secret or ExternalSecret, or mark the reference `optional`.",
)
def secret_key(objects: Objects) -> Iterator[Fault]:
    """Look up each key in the Secret, where the manifests describe it, not where it is made outside."""
    for pod in objects.pods:
        for kind, reference in _sources(pod):
            found = secret_keys(objects, reference.get("name"), pod.owner) if kind == "secretKeyRef" else None
            if (
                found is not None
                and reference.get("optional") is not True
                and str(reference.get("key")) not in found
            ):
                yield (
                    pod.owner,
                    f"it needs {reference.get('key')} of the Secret {reference.get('name')}, which lacks it",
                )


def secret_keys(objects: Objects, name: object, beside: Facts) -> set[str] | None:
    """Keys of a Secret; None where they cannot be known."""
    if secret := objects.find("Secret", name, beside):
        return {str(key) for part in ("data", "stringData") for key in mapping(secret, part)}
    for entry in objects.of("ExternalSecret"):
        target = mapping(entry, "spec", "target").get("name", mapping(entry, "metadata").get("name"))
        if (
            target == name
            and namespace(entry) == namespace(beside)
            and "dataFrom" not in mapping(entry, "spec")
        ):
            return {str(item.get("secretKey")) for item in mappings(mapping(entry, "spec").get("data"))}
    return None


@rule(
    id="reference-account",
    promise="The ServiceAccount of a pod is there",
    fix="Add the ServiceAccount, or name one that is there.",
)
def account(objects: Objects) -> Iterator[Fault]:
    """Look up each ServiceAccount that a pod names."""
    for pod in objects.pods:
        name = pod.spec.get("serviceAccountName", "default")
        if ("ServiceAccount", name) not in GIVEN and objects.find("ServiceAccount", name, pod.owner) is None:
            yield pod.owner, f"it runs as the ServiceAccount {name}, which is not there"


@rule(
    id="reference-claim",
    promise="The PersistentVolumeClaim of a pod is there",
    fix="Add the claim, or take a volume that needs none.",
)
def claim(objects: Objects) -> Iterator[Fault]:
    """Look up each claim that a volume names."""
    for pod in objects.pods:
        for volume in mappings(pod.spec.get("volumes")):
            name = mapping(volume, "persistentVolumeClaim").get("claimName")
            if name is not None and objects.find("PersistentVolumeClaim", name, pod.owner) is None:
                yield pod.owner, f"it mounts the claim {name}, which is not there"


@rule(
    id="reference-volume",
    promise="Every mount of a container names a volume of its pod",
    fix="Add the volume, or name one that is there.",
)
def volume(objects: Objects) -> Iterator[Fault]:
    """Compare the mounts of each container with the volumes of its pod."""
    for pod in objects.pods:
        known = {found.get("name") for found in mappings(pod.spec.get("volumes"))}
        known |= {
            mapping(found, "metadata").get("name")
            for found in mappings(mapping(pod.owner, "spec").get("volumeClaimTemplates"))
        }
        for container in pod.all_containers:
            for mount in mappings(container.get("volumeMounts")):
                if mount.get("name") not in known:
                    yield (
                        pod.owner,
                        f"{container.get('name')} mounts {mount.get('name')}, which is no volume of the pod",
                    )


@rule(
    id="reference-scale",
    promise="A HorizontalPodAutoscaler scales a workload that is there",
    fix="Name the workload as `scaleTargetRef`.",
)
def scale(objects: Objects) -> Iterator[Fault]:
    """Look up the target of each autoscaler."""
    for scaler in objects.of("HorizontalPodAutoscaler"):
        target = mapping(scaler, "spec", "scaleTargetRef")
        if objects.find(target.get("kind"), target.get("name"), scaler) is None:
            yield scaler, f"it scales {target.get('kind')}/{target.get('name')}, which is not there"


@rule(
    id="reference-backend",
    promise="An HTTPRoute and an Ingress lead to a Service that is there, at a port that it has",
    fix="Name the Service and one of its ports.",
)
def backend(objects: Objects) -> Iterator[Fault]:
    """Look up the Service and port of each backend in the namespace of the route."""
    for entry, name, port in _backends(objects):
        service = objects.find("Service", name, entry)
        if service is None:
            yield entry, f"it leads to the Service {name}, which is not there"
        elif not any(
            port in {item.get("port"), item.get("name")}
            for item in mappings(mapping(service, "spec").get("ports"))
        ):
            yield entry, f"it leads to port {port} of {named(service)}, which has no such port"


def _backends(objects: Objects) -> Iterator[tuple[Facts, object, object]]:
    for route in objects.of("HTTPRoute"):
        for part in mappings(mapping(route, "spec").get("rules")):
            for reference in mappings(part.get("backendRefs")):
                if reference.get("kind", "Service") == "Service" and "namespace" not in reference:
                    yield route, reference.get("name"), reference.get("port")
    for ingress in objects.of("Ingress"):
        for part in mappings(mapping(ingress, "spec").get("rules")):
            for path in mappings(mapping(part, "http").get("paths")):
                service = mapping(path, "backend", "service")
                port = mapping(service, "port")
                yield ingress, service.get("name"), port.get("number", port.get("name"))
