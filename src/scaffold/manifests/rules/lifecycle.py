"""How pods start, end, and are replaced."""

from collections.abc import Iterator

from scaffold.manifests.objects import Facts, Objects, Pod, has_port, mapping, mappings
from scaffold.manifests.registry import Fault, rule

PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
GRACE = "SHUTDOWN_GRACE_SECONDS"
SPARE = 5
KUBERNETES_GRACE = 30


@rule(
    id="probe-port",
    promise="A probe asks a port that its container has",
    fix="Name a port of the container in the probe.",
)
def probe_port(objects: Objects) -> Iterator[Fault]:
    """Look up the port of each probe in its own container."""
    for pod in objects.pods:
        for container in pod.containers:
            for probe in PROBES:
                port = mapping(container, probe, "httpGet").get("port")
                if port is not None and not has_port(container, port):
                    yield (
                        pod.owner,
                        f"the {probe} of {container.get('name')} asks port {port}, which it does not have",
                    )


@rule(
    id="probes-differ",
    promise="Liveness and readiness are different questions",
    fix="Let liveness ask what no backing service can make fail.",
)
def probes_differ(objects: Objects) -> Iterator[Fault]:
    """Compare what the two probes of each container ask."""
    for pod in objects.pods:
        for container in pod.containers:
            live, ready = (
                [mapping(container, probe, kind) for kind in ("httpGet", "exec", "tcpSocket", "grpc")]
                for probe in ("livenessProbe", "readinessProbe")
            )
            if any(live) and live == ready:
                yield pod.owner, f"liveness and readiness of {container.get('name')} ask the same"


@rule(
    id="grace",
    promise=f"A pod gets the time of its preStop and of {GRACE} with {SPARE} s to spare",
    fix="Raise `terminationGracePeriodSeconds`.",
)
def grace(objects: Objects) -> Iterator[Fault]:
    """Add up what ending takes, and compare it with what the pod is given."""
    for pod in objects.pods:
        given = pod.spec.get("terminationGracePeriodSeconds", KUBERNETES_GRACE)
        for container in pod.containers if pod.owner.get("kind") != "Job" else []:
            sleep = mapping(container, "lifecycle", "preStop", "sleep").get("seconds", 0)
            needed = _number(sleep) + _own_grace(objects, pod, container)
            if needed and _number(given) < needed + SPARE:
                yield (
                    pod.owner,
                    f"it is given {given} s, but {container.get('name')} takes {needed} + {SPARE} to spare",
                )


def _own_grace(objects: Objects, pod: Pod, container: Facts) -> int:
    """Seconds of the variable, by the container's own word or by a ConfigMap; the last one counts."""
    seconds = 0
    for source in mappings(container.get("envFrom")):
        found = objects.find("ConfigMap", mapping(source, "configMapRef").get("name"), pod.owner)
        seconds = _number(mapping(found, "data").get(GRACE)) or seconds
    for variable in mappings(container.get("env")):
        if variable.get("name") == GRACE:
            seconds = _number(variable.get("value"))
    return seconds


def _number(value: object) -> int:
    return int(str(value)) if str(value).isascii() and str(value).isdigit() and len(str(value)) < 10 else 0  # noqa: PLR2004


@rule(
    id="disruption-left",
    promise="A PodDisruptionBudget lets a node be drained",
    fix="Say `maxUnavailable: 1`, or run more replicas than `minAvailable`.",
)
def disruption_left(objects: Objects) -> Iterator[Fault]:
    """Compare each budget with the least number of replicas that it may meet."""
    for budget in objects.of("PodDisruptionBudget"):
        spec = mapping(budget, "spec")
        if spec.get("maxUnavailable") in {0, "0", "0%"} or spec.get("minAvailable") == "100%":
            yield budget, "it allows no disruption at all"
        for pod in objects.selected(mapping(spec, "selector"), budget):
            least, kept = _least(objects, pod.owner), spec.get("minAvailable")
            if isinstance(kept, int) and kept >= least:
                yield budget, f"it keeps {kept} pods of a workload that may have {least}"


def _least(objects: Objects, workload: Facts) -> int:
    return next(
        (
            _number(mapping(scaler, "spec").get("minReplicas", 1))
            for scaler in objects.of("HorizontalPodAutoscaler")
            if objects.find(*_target(scaler), scaler) is workload
        ),
        _number(mapping(workload, "spec").get("replicas", 1)),
    )


def _target(scaler: Facts) -> tuple[object, object]:
    target = mapping(scaler, "spec", "scaleTargetRef")
    return target.get("kind"), target.get("name")


@rule(
    id="scaled-once",
    promise="What an autoscaler scales says no number of replicas of its own",
    fix="Leave `replicas` out: every apply would set it back.",
)
def scaled_once(objects: Objects) -> Iterator[Fault]:
    """Look for `replicas` in the target of each autoscaler."""
    for scaler in objects.of("HorizontalPodAutoscaler"):
        target = objects.find(*_target(scaler), scaler)
        if target is not None and "replicas" in mapping(target, "spec"):
            yield target, f"it says `replicas`, and {mapping(scaler, 'metadata').get('name')} scales it"
