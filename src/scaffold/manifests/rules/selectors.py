"""Who selects whom."""

from collections.abc import Iterator

from scaffold.manifests.objects import (
    TEMPLATES,
    Facts,
    Objects,
    Pod,
    mapping,
    mappings,
    matches,
    named,
    namespace,
)
from scaffold.manifests.registry import Fault, rule


@rule(
    id="selector-own-pods",
    promise="A workload selects the pods of its own template",
    fix="Give the template the labels of `spec.selector`.",
)
def own_pods(objects: Objects) -> Iterator[Fault]:
    """Compare the selector of each workload with its own template."""
    for pod in objects.pods:
        selector = mapping(pod.owner, "spec", "selector")
        if pod.owner.get("kind") in TEMPLATES and selector and not matches(selector, pod.labels):
            yield pod.owner, "its selector does not match the labels of its template"


@rule(
    id="selector-some-pods",
    promise="A Service, a PodDisruptionBudget and a NetworkPolicy select pods that are there",
    fix="Give the selector labels that some template has.",
)
def some_pods(objects: Objects) -> Iterator[Fault]:
    """Look for pods that each selector selects."""
    for entry in objects.of("Service", "PodDisruptionBudget", "NetworkPolicy"):
        key = "podSelector" if entry["kind"] == "NetworkPolicy" else "selector"
        selector = mapping(entry, "spec", key)
        if selector and not objects.selected(selector, entry):
            yield entry, "its selector matches no pod"


def _targets(objects: Objects) -> Iterator[tuple[Facts, Pod, object]]:
    """Each Service with each of its target ports, in each pod that it selects."""
    for service in objects.of("Service"):
        selector = mapping(service, "spec", "selector")
        for pod in objects.selected(selector, service) if selector else []:
            for port in mappings(mapping(service, "spec").get("ports")):
                yield service, pod, port.get("targetPort", port.get("port"))


@rule(
    id="target-port",
    promise="Each port of a Service leads to a port of every pod that it selects",
    fix="Name a port of the container as `targetPort`.",
)
def target_port(objects: Objects) -> Iterator[Fault]:
    """Look up the target of each port in the containers behind it."""
    for service, pod, target in _targets(objects):
        if not pod.has_port(target):
            yield service, f"it leads to port {target}, which no container of {named(pod.owner)} has"


@rule(
    id="network-admits",
    promise="What a Service leads to is let in by a NetworkPolicy where all else is denied",
    fix="Admit the port in the `ingress` of a NetworkPolicy.",
)
def network_admits(objects: Objects) -> Iterator[Fault]:
    """For each target of a Service, look for a policy that lets it in, where any policy guards the pod."""
    for service, pod, target in _targets(objects):
        guards = [policy for policy in objects.of("NetworkPolicy") if _guards(policy, pod)]
        admitted = any(_admits(policy, pod.containers, target) for policy in guards)
        if guards and pod.has_port(target) and not admitted:
            yield service, f"no NetworkPolicy lets anybody reach {target} of {named(pod.owner)}"


def _guards(policy: Facts, pod: Pod) -> bool:
    spec = mapping(policy, "spec")
    inwards = "Ingress" in (spec.get("policyTypes") or ["Ingress"])
    return (
        inwards and namespace(policy) == pod.namespace and matches(mapping(spec, "podSelector"), pod.labels)
    )


def _admits(policy: Facts, containers: list[Facts], target: object) -> bool:
    """Whether some rule admits the port, by its name or its number."""
    names = {target}
    for container in containers:
        for port in mappings(container.get("ports")):
            both = {port.get("name"), port.get("containerPort")}
            names |= both if target in both else set()
    return any(
        "ports" not in rule or names & {port.get("port") for port in mappings(rule["ports"])}
        for rule in mappings(mapping(policy, "spec").get("ingress"))
    )
