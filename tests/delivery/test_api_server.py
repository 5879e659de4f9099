"""An API server takes every object of every variant, and would run its pods in a restricted namespace."""

import copy
from collections.abc import Callable

import pytest

from tests.delivery.api_server import ApiServer, Facts

pytestmark = pytest.mark.rest

KINDS = {
    *("Deployment", "Job", "Service", "ServiceAccount", "ConfigMap", "HTTPRoute", "NetworkPolicy"),
    *("HorizontalPodAutoscaler", "PodDisruptionBudget"),
}


def _container(entry: Facts) -> Facts:
    return entry["spec"].get("template", entry)["spec"]["containers"][0]


def _misspell(entry: Facts) -> None:
    _container(entry)["livenesProbe"] = {}


def _port(entry: Facts) -> None:
    entry["spec"]["ports"][0]["port"] = 70000


def _scale(entry: Facts) -> None:
    entry["spec"]["minReplicas"] = entry["spec"]["maxReplicas"] + 1


def _budget(entry: Facts) -> None:
    entry["spec"]["minAvailable"] = 1


def _selector(entry: Facts) -> None:
    entry["spec"]["selector"]["matchLabels"] = {"app": "other"}


def _protocol(entry: Facts) -> None:
    entry["spec"]["policyTypes"] = ["Sideways"]


def _path(entry: Facts) -> None:
    entry["spec"]["rules"][0]["matches"][0]["path"]["value"] = "no-slash"


OBJECT_MUTANTS = [
    ("Deployment", _misspell, "livenesProbe"),
    ("Deployment", _selector, "selector"),
    ("Service", _port, "spec.ports[0].port"),
    ("HorizontalPodAutoscaler", _scale, "maxReplicas"),
    ("PodDisruptionBudget", _budget, "minAvailable"),
    ("NetworkPolicy", _protocol, "policyTypes"),
    ("HTTPRoute", _path, "absolute path"),
]


def _privileged(pod: Facts) -> None:
    _container(pod)["securityContext"] |= {"privileged": True, "allowPrivilegeEscalation": True}


def _root(pod: Facts) -> None:
    pod["spec"]["securityContext"]["runAsNonRoot"] = False


def _capable(pod: Facts) -> None:
    del _container(pod)["securityContext"]["capabilities"]


def _escalating(pod: Facts) -> None:
    del _container(pod)["securityContext"]["allowPrivilegeEscalation"]


def _unconfined(pod: Facts) -> None:
    del pod["spec"]["securityContext"]["seccompProfile"]


def _host_path(pod: Facts) -> None:
    pod["spec"]["volumes"] = [{"name": "tmp", "hostPath": {"path": "/"}}]


POD_MUTANTS = [_privileged, _root, _capable, _escalating, _unconfined, _host_path]


def test_the_api_server_takes_every_object_of_every_variant(server: ApiServer, objects: list[Facts]) -> None:
    assert {entry["kind"] for entry in objects} == KINDS
    assert server.asked(*objects) == (0, "")


def test_pod_security_admits_every_pod_as_restricted(server: ApiServer, pods: list[Facts]) -> None:
    assert pods
    assert server.asked(*pods) == (0, "")


@pytest.mark.parametrize(("kind", "change", "word"), OBJECT_MUTANTS)
def test_the_api_server_refuses_a_mutant(
    kind: str, change: Callable[[Facts], None], word: str, server: ApiServer, objects: list[Facts]
) -> None:
    mutant = copy.deepcopy(next(entry for entry in objects if entry["kind"] == kind))
    change(mutant)
    code, said = server.asked(mutant)
    assert (code, word in said) == (1, True), said


@pytest.mark.parametrize("change", POD_MUTANTS)
def test_pod_security_refuses_a_mutant(
    change: Callable[[Facts], None], server: ApiServer, pods: list[Facts]
) -> None:
    mutant = copy.deepcopy(pods[0])
    change(mutant)
    code, said = server.asked(mutant)
    assert (code, "violates PodSecurity" in said) == (1, True), said
