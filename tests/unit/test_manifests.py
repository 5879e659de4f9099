import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from scaffold.manifests.manual import with_rules
from scaffold.manifests.quantity import amount
from scaffold.manifests.registry import all_rules, rule
from tests.support.repository import ROOT
from tests.support.tools import need
from tests.unit.conftest import Result, Run

HERE = Path(__file__).parent / "manifests"
SOUND = (HERE / "sound.yaml").read_text()
CONTRACT = HERE / "contract.yml"


class Mutant(NamedTuple):
    """One edit of the sound manifests that breaks one rule only."""

    rule: str
    old: str
    new: str


TAKEN = "valueFrom: {secretKeyRef: {name: tea, key: TEA_URL}}"
MUTANTS = [
    Mutant(
        "selector-own-pods", "metadata: {labels: {app: migrate, app.kubernetes.io/name: tea}}", "metadata: {}"
    ),
    Mutant(
        "selector-some-pods",
        "selector: {matchLabels: {app: tea}}\n---",
        "selector: {matchLabels: {app: te}}\n---",
    ),
    Mutant("target-port", "targetPort: http", "targetPort: https"),
    Mutant("network-admits", "ports: [{port: http}]", "ports: [{port: 9090}]"),
    Mutant("reference-config", "configMapRef: {name: settings}", "configMapRef: {name: setting}"),
    Mutant("reference-config", "{name: settings, key: COLOUR}", "{name: settings, key: COLOR}"),
    Mutant("reference-secret-key", "secretKey: TEA_URL", "secretKey: TEE_URL"),
    Mutant("reference-account", "serviceAccountName: tea", "serviceAccountName: te"),
    Mutant("reference-claim", "claimName: leaves", "claimName: leaf"),
    Mutant("reference-volume", "[{name: leaves,", "[{name: leaf,"),
    Mutant("reference-scale", "kind: Deployment, name: web", "kind: StatefulSet, name: web"),
    Mutant("reference-backend", "[{name: tea, port: 80}]", "[{name: tea, port: 8080}]"),
    Mutant("reference-backend", "service: {name: tea,", "service: {name: te,"),
    Mutant("probe-port", "{path: /livez, port: http}", "{path: /livez, port: 9090}"),
    Mutant("probes-differ", "path: /readyz", "path: /livez"),
    Mutant("grace", "terminationGracePeriodSeconds: 35", "terminationGracePeriodSeconds: 34"),
    Mutant("grace", "      terminationGracePeriodSeconds: 35\n", ""),
    Mutant("disruption-left", "maxUnavailable: 1", "maxUnavailable: 0"),
    Mutant("disruption-left", "maxUnavailable: 1", "minAvailable: 2"),
    Mutant("scaled-once", "spec:\n  selector: {matchLabels: {app: tea}}\n  t", "spec:\n  replicas: 2\n  t"),
    Mutant("one-release", 'tea@sha256:1111"', 'tea@sha256:2222"'),
    Mutant("requests-within-limits", "limits: {memory: 256Mi}", "limits: {memory: 256M}"),
    Mutant(
        "secret-payload",
        "items:\n",
        "items:\n  - {apiVersion: v1, kind: Secret, metadata: {name: x}, data: {a: eA==}}\n",
    ),
    Mutant(
        "stands-once",
        "items:\n",
        "items:\n  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: tea, namespace: tea}}\n",
    ),
    Mutant("contract-required", "{name: COLOUR, value: red}", "{name: PORT, value: red}"),
    Mutant("contract-required", f"            - name: TEA_URL\n              {TAKEN}\n", ""),
    Mutant("contract-declared", "{COLOUR: green,", "{COLOUR: green, COLOR: green,"),
    Mutant("contract-declared", "{name: COLOUR, value: red}", "{name: COLOUR}, {name: COLOR, value: red}"),
    Mutant(
        "contract-secret", f"name: TEA_URL\n              {TAKEN}", "name: TEA_URL\n              value: x"
    ),
    Mutant("contract-secret", "{COLOUR: green,", "{COLOUR: green, TEA_URL: x,"),
]
KINDS = (
    *("Deployment", "CronJob", "Pod", "Service", "HTTPRoute", "Ingress", "NetworkPolicy"),
    *("PodDisruptionBudget", "HorizontalPodAutoscaler", "ExternalSecret", "Secret"),
)
BOMB = "\n".join(
    ["apiVersion: v1", "kind: ConfigMap", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
NAMED = "{labels: {app.kubernetes.io/name: tea}}"
HOSTILE = {
    "no YAML": ("a: [", "cannot be read as YAML"),
    "aliases without end": (BOMB, "unfold"),
    "an alias inside itself": ("apiVersion: v1\nkind: List\nitems: &a [*a]\n", "alias inside itself"),
    "a scalar": ("tea", "no Kubernetes object"),
    "a list": ("[1, 2]", "no Kubernetes object"),
    "an object without a kind": ("apiVersion: v1", "no Kubernetes object"),
    "a kind that is no text": ("apiVersion: v1\nkind: {a: b}", "no Kubernetes object"),
    "a List of scalars": ("apiVersion: v1\nkind: List\nitems: [1]", "no Kubernetes object"),
    "nothing": ("---\n---\n", "holds no object"),
    "a constructor": ("!!python/object/apply:os.system [id]", "cannot be read as YAML"),
    "a key that is a list": ("? [a]\n: b", "cannot be read as YAML"),
    "deep nesting": ("[" * 200 + "]" * 200, "levels"),
}


@pytest.fixture
def judged(scaffold: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Result]:
    """Judges what stands on standard input."""

    def judged(content: bytes) -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return scaffold("check", "--manifests", "-", "--contract", CONTRACT, "--json")

    return judged


def test_sound_manifests_have_no_fault(judged: Callable[[bytes], Result]) -> None:
    result = judged(SOUND.encode())
    assert (result.code, json.loads(result.out)) == (0, {"objects": 13, "findings": []})


@pytest.mark.parametrize("mutant", MUTANTS, ids=[f"{n}-{mutant.rule}" for n, mutant in enumerate(MUTANTS)])
def test_a_mutant_breaks_its_rule_and_no_other(mutant: Mutant, judged: Callable[[bytes], Result]) -> None:
    assert SOUND.count(mutant.old) == 1
    result = judged(SOUND.replace(mutant.old, mutant.new).encode())
    findings = json.loads(result.out)["findings"]
    assert result.code == 5
    assert {finding["rule"] for finding in findings} == {mutant.rule}
    assert all(finding["object"] and finding["message"] and finding["fix"] for finding in findings)


def test_every_rule_has_a_mutant() -> None:
    assert {mutant.rule for mutant in MUTANTS} == {known.id for known in all_rules()}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_with_the_reason(name: str, judged: Callable[[bytes], Result]) -> None:
    content, reason = HOSTILE[name]
    result = judged(content.encode())
    assert (result.code, result.out) == (2, "")
    assert reason in result.err
    assert "hint: " in result.err


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * (32 * 1024 * 1024 + 1)], ids=["not UTF-8", "huge"])
def test_bytes_that_are_no_manifest_are_refused(content: bytes, judged: Callable[[bytes], Result]) -> None:
    result = judged(content)
    assert (result.code, result.err.startswith("error: `standard input` is")) == (2, True)


def test_objects_of_any_shape_are_no_defect(judged: Callable[[bytes], Result]) -> None:
    for shape in ("null", "1", "[]", "[1]", "{}", "tea", "{spec: 1}", "[[[]]]"):
        documents = [
            f"apiVersion: v1\nkind: {kind}\nmetadata: {place}\nspec: {spec}\n"
            for kind in KINDS
            for place, spec in (
                ("{}", shape),
                (shape, "{}"),
                ("{name: a}", f"{{template: {{spec: {shape}, metadata: {shape}}}, selector: {shape}}}"),
                (
                    "{name: a}",
                    f"{{template: {{spec: {{containers: [{{image: {shape}, ports: {shape}}}]}}}}}}",
                ),
                (
                    "{name: a}",
                    f"{{template: {{metadata: {NAMED}, spec: {{containers: [{{envFrom: {shape}}}]}}}}}}",
                ),
                (
                    "{name: a}",
                    f"{{template: {{metadata: {NAMED}, spec: {{containers: [{{env: [{shape}]}}]}}}}}}",
                ),
                ("{name: a}", f"{{rules: {shape}, ports: {shape}, data: {shape}, scaleTargetRef: {shape}}}"),
            )
        ]
        assert judged("---\n".join(documents).encode()).code in {0, 5}


# What a container is given, and which of TEA_URL (a secret) and COLOUR it gets by that, for certain.
SECRET, SETTINGS = "{secretRef: {name: unseen%s}%s}", "{configMapRef: {name: %s%s}}"
GIVEN = [
    ("envFrom: [" + SECRET % ("", "") + "]", {"TEA_URL"}),
    ("envFrom: [" + SECRET % (", optional: true", "") + "]", set()),
    ("envFrom: [" + SECRET % ("", ", prefix: TEA_") + "]", {"TEA_URL"}),
    ("envFrom: [" + SECRET % ("", ", prefix: X_") + "]", set()),
    ("envFrom: [{secretRef: {name: tea}}]", {"TEA_URL"}),
    ("envFrom: [" + SETTINGS % ("unseen", "") + "]", {"COLOUR"}),
    ("envFrom: [" + SETTINGS % ("unseen", ", optional: true") + "]", set()),
    ("envFrom: [" + SETTINGS % ("settings", "") + "]", {"COLOUR"}),
    ("env: [{name: COLOUR, valueFrom: {secretKeyRef: {name: unseen, key: a}}}]", {"COLOUR"}),
    ("env: [{name: COLOUR, valueFrom: {secretKeyRef: {name: unseen, key: a, optional: true}}}]", set()),
    (
        "env: [{name: TEA_URL, valueFrom: {secretKeyRef: {name: tea, key: TEA_URL, optional: true}}}]",
        {"TEA_URL"},
    ),
    ("env: [{name: COLOUR, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]", {"COLOUR"}),
    ("env: [{name: COLOUR, value: ''}, {name: TEA_URL, value: ''}]", {"COLOUR", "TEA_URL"}),
]


@pytest.mark.parametrize(("given", "gets"), GIVEN)
def test_a_variable_is_provided_by_what_holds_it_for_certain(
    given: str, gets: set[str], judged: Callable[[bytes], Result]
) -> None:
    labels = "labels: {app.kubernetes.io/name: tea}"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: tea, {labels}}}\n"
    spec = f"spec: {{serviceAccountName: tea, containers: [{{name: app, {given}}}]}}\n"
    findings = json.loads(judged(f"{SOUND}---\n{pod}{spec}".encode()).out)["findings"]
    lacking = {finding["message"] for finding in findings if finding["rule"] != "reference-config"}
    assert lacking == {
        f"app does not get {name}, which the contract requires" for name in {"COLOUR", "TEA_URL"} - gets
    }


def test_without_a_contract_no_variable_is_judged(scaffold: Run, tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        SOUND.replace("{name: COLOUR, value: red}", "{name: COLOR, value: red}")
    )
    assert scaffold("check", "--manifests", tmp_path).code == 0
    assert scaffold("check", "--manifests", tmp_path, "--contract", CONTRACT).code == 5


def test_a_contract_that_is_about_no_pod_is_refused(judged: Callable[[bytes], Result], scaffold: Run) -> None:
    result = judged(SOUND.replace("app.kubernetes.io/name: tea", "app.kubernetes.io/name: coffee").encode())
    assert (result.code, result.out) == (2, "")
    assert "`app.kubernetes.io/name: tea`" in result.err
    alone = scaffold("check", "--contract", CONTRACT)
    assert (alone.code, "--manifests" in alone.err) == (2, True)


def test_a_folder_of_yaml_is_read_whole(scaffold: Run, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "all.yml").write_text(SOUND.replace("port: 80}]}", "port: 81}]}"))
    (tmp_path / "notes.txt").write_text("tea: [")
    result = scaffold("check", "--manifests", tmp_path)
    assert result.code == 5
    assert "reference-backend" in result.out


def test_a_kustomization_is_built(scaffold: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("kubectl")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    (tmp_path / "kustomization.yaml").write_text("resources: [all.yaml]\nnamePrefix: x-\n")
    (tmp_path / "all.yaml").write_text(
        "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: b}}"
    )
    result = scaffold("check", "--manifests", tmp_path, "--json")
    assert [finding["object"] for finding in json.loads(result.out)["findings"]] == ["Secret/x-a"]
    (tmp_path / "all.yaml").unlink()
    broken = scaffold("check", "--manifests", tmp_path)
    assert (broken.code, "all.yaml" in broken.err) == (5, True)


def test_kustomize_without_kubectl_is_a_missing_tool(
    scaffold: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: []\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    result = scaffold("check", "--manifests", tmp_path)
    assert (result.code, "kubectl is not installed" in result.err) == (4, True)


def test_what_is_no_directory_is_refused(scaffold: Run, tmp_path: Path) -> None:
    result = scaffold("check", "--manifests", tmp_path / "none")
    assert (result.code, "is no directory" in result.err) == (2, True)


def test_quantities_are_numbers() -> None:
    assert amount("100m") == amount("0.1")
    assert amount("1Gi") == 1024**3
    assert amount(2) == 2
    assert [amount(wrong) for wrong in ("", "1Q", "-1", None, "1" * 40)] == [None] * 5


def test_an_id_of_a_rule_is_registered_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        rule(id=all_rules()[0].id, promise="", fix="")(lambda _: iter(()))


def test_the_manual_lists_the_rules_as_they_are() -> None:
    manual = (ROOT / "docs" / "manifests.md").read_text(encoding="utf-8")
    assert with_rules(manual, all_rules()) == manual
