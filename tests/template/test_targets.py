"""Targets agree: Helm and kustomize object by object, Heroku and Compose with the contract."""

import copy
import json
import re
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import helm
from tests.support.combinations import Answers, combinations
from tests.support.judges.manifests import built
from tests.support.render import Renderings
from tests.support.tools import call, need

Facts = dict[str, Any]
EVERYTHING = next(answers for name, answers in combinations().items() if name.startswith("everything-"))
BARE: Answers = {**EVERYTHING, "services": [], "sample": "none"}
ENVIRONMENTS = ("development", "staging", "production")
# Who made an object; what Helm alone, or kustomize alone, has beside the service's own objects.
MAKER = "app.kubernetes.io/managed-by"
HOOK = "helm.sh/hook"
HASHED = re.compile(r"-[a-z0-9]{10}\Z")


def plain(entry: Any, mapped: set[str]) -> Any:
    """An object without its maker, and with names of ConfigMaps (`mapped`) as they are without their hash."""
    if isinstance(entry, dict):
        found = {key: plain(value, mapped) for key, value in entry.items() if key != MAKER}
        # Variables by name: no order of them means anything.
        return {**found, "env": sorted(found["env"], key=itemgetter("name"))} if "env" in found else found
    if isinstance(entry, list):
        return [plain(value, mapped) for value in entry]
    if isinstance(entry, str):
        return HASHED.sub("", entry) if entry in mapped else entry.replace(helm.FILLED, "")
    return entry


def by_name(objects: list[Facts]) -> dict[str, Facts]:
    """The objects by kind and name, Helm's hooks and the namespace left out."""
    kept = [
        entry
        for entry in objects
        if entry["kind"] != "Namespace" and HOOK not in entry["metadata"].get("annotations", {})
    ]
    mapped = {entry["metadata"]["name"] for entry in kept if entry["kind"] == "ConfigMap"}
    compared = [plain(entry, mapped) for entry in kept]
    return {f"{entry['kind']}/{entry['metadata']['name']}": entry for entry in compared}


def differences(one: dict[str, Facts], other: dict[str, Facts]) -> list[str]:
    """Objects that only one side has, and those that differ, with both forms."""
    alone = [f"only one side has {name}" for name in sorted(one.keys() ^ other.keys())]
    return alone + [
        f"{name}: {json.dumps(one[name], sort_keys=True)} != {json.dumps(other[name], sort_keys=True)}"
        for name in sorted(one.keys() & other.keys())
        if one[name] != other[name]
    ]


def both(renderings: Renderings, answers: Answers, environment: str) -> tuple[dict[str, Facts], ...]:
    """What kustomize and Helm make of the same answers for an environment."""
    kustomized = renderings.tree({**answers, "target": "kubernetes"})
    folder = Path("deploy/overlays") / environment
    objects = next(build.objects for build in built(kustomized) if build.folder == folder)
    charted = renderings.tree({**answers, "target": "helm"})
    return by_name(objects), by_name(helm.rendered(charted, helm.ENVIRONMENTS / environment).objects)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("answers", [EVERYTHING, BARE], ids=["everything", "bare"])
def test_helm_and_kustomize_make_the_same_objects(
    answers: Answers, environment: str, renderings: Renderings
) -> None:
    need("helm", "kubectl")
    kustomized, charted = both(renderings, answers, environment)
    assert len(kustomized) > 8
    assert differences(kustomized, charted) == []


def _probe(objects: dict[str, Facts]) -> None:
    container = objects["Deployment/web"]["spec"]["template"]["spec"]["containers"][0]
    container["livenessProbe"]["httpGet"]["path"] = "/readyz"


def _lost(objects: dict[str, Facts]) -> None:
    del objects["NetworkPolicy/dns"]


def _value(objects: dict[str, Facts]) -> None:
    name = next(name for name in objects if name.startswith("ConfigMap/"))
    objects[name]["data"]["LOG_LEVEL"] = "error"


@pytest.mark.parametrize("change", [_probe, _lost, _value])
def test_an_object_that_differs_is_reported(
    change: Callable[[dict[str, Facts]], None], renderings: Renderings
) -> None:
    need("helm", "kubectl")
    kustomized, charted = both(renderings, EVERYTHING, "staging")
    changed = copy.deepcopy(charted)
    change(changed)
    assert differences(kustomized, changed)


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("config.COLOUR=red", "COLOUR"),
        ("config.LOG_LEVEL=loud", "LOG_LEVEL"),
        ("config.SHUTDOWN_GRACE_SECONDS=soon", "SHUTDOWN_GRACE_SECONDS"),
        ("image.digest=latest", "digest"),
        ("proceses.web=x", "proceses"),
        ("route.exact[0]=openapi.json", "exact"),
    ],
)
def test_the_charts_schema_refuses_a_value(setting: str, complaint: str, renderings: Renderings) -> None:
    need("helm")
    tree = renderings.tree({**EVERYTHING, "target": "helm"})
    result = helm.rendered(tree, helm.ENVIRONMENTS / "staging", "--set-string", setting)
    assert (result.objects, complaint in result.complaint) == ([], True), result.complaint


def test_the_charts_schema_asks_for_a_network_of_each_service(renderings: Renderings) -> None:
    """A policy that names none would let everything out."""
    need("helm")
    tree = renderings.tree({**EVERYTHING, "target": "helm"})
    none = ("--set-json", "egress.postgres.networks=[]")
    result = helm.rendered(tree, helm.ENVIRONMENTS / "staging", *none)
    assert (result.objects, "/egress/postgres/networks" in result.complaint) == ([], True), result.complaint


def test_the_charts_schema_asks_for_the_required_values(renderings: Renderings) -> None:
    need("helm")
    tree = renderings.tree({**EVERYTHING, "target": "helm"})
    result = call("helm", "template", "x", helm.CHART, cwd=tree)
    assert (result.returncode, "S3_BUCKET" in result.stderr, "MAIL_FROM" in result.stderr) == (1, True, True)


def test_the_migration_of_the_chart_runs_before_anything_else(renderings: Renderings) -> None:
    need("helm")
    tree = renderings.tree({**EVERYTHING, "target": "helm"})
    objects = helm.rendered(tree, helm.ENVIRONMENTS / "staging").objects
    hooks = [entry for entry in objects if HOOK in entry["metadata"].get("annotations", {})]
    assert [entry["kind"] for entry in hooks if entry["kind"] == "Job"] == ["Job"]
    assert {entry["metadata"]["annotations"][HOOK] for entry in hooks} == {"pre-install,pre-upgrade"}
    job = next(entry for entry in hooks if entry["kind"] == "Job")
    pod = job["spec"]["template"]["spec"]
    brought = {entry["metadata"]["name"] for entry in hooks} - {job["metadata"]["name"]}
    assert {pod["serviceAccountName"], pod["containers"][0]["envFrom"][0]["configMapRef"]["name"]} == brought
    assert job["metadata"]["name"] == "migrate-" + "0" * 12


def test_the_migration_of_the_chart_reaches_what_its_own_release_reaches(renderings: Renderings) -> None:
    need("helm")
    tree = renderings.tree({**EVERYTHING, "target": "helm"})
    objects = helm.rendered(tree, helm.ENVIRONMENTS / "staging").objects
    policies = [entry for entry in objects if entry["kind"] == "NetworkPolicy"]
    (own,) = (entry for entry in policies if HOOK in entry["metadata"].get("annotations", {}))
    pod = next(entry for entry in objects if entry["kind"] == "Job")["spec"]["template"]
    assert own["spec"]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    released = [rule for entry in policies if entry is not own for rule in entry["spec"].get("egress", [])]
    assert sorted(map(json.dumps, own["spec"]["egress"])) == sorted(map(json.dumps, released))
    assert len(released) > 3


def contract(tree: Path) -> Facts:
    return yaml.safe_load((tree / ".twelve-factor.yml").read_text())


def heroku_disagreements(tree: Path) -> list[str]:
    """Where app.json or heroku.yml says otherwise than the contract."""
    said = contract(tree)
    app = json.loads((tree / "app.json").read_text())
    build = yaml.safe_load((tree / "heroku.yml").read_text())
    needed = {
        variable["name"]: variable["required"]
        for variable in said["variables"]
        if "set_by" not in variable and variable["name"] != said["http"]["port_variable"]
    }
    commands = {name: " ".join(process["command"]) for name, process in said["processes"].items()}
    places = {
        "variables": ({name: facts["required"] for name, facts in app["env"].items()}, needed),
        "formation": (set(app["formation"]), set(said["processes"])),
        "commands": ({name: facts["command"][0] for name, facts in build["run"].items()}, commands),
        "release": (
            build.get("release", {}).get("command", []),
            [" ".join(said["migrations"]["up"])] if "migrations" in said else [],
        ),
        "secrets": (
            {
                variable["name"]
                for variable in said["variables"]
                if variable["secret"] and "value" in app["env"][variable["name"]]
            },
            set(),
        ),
    }
    return [f"{place}: {found} != {wanted}" for place, (found, wanted) in places.items() if found != wanted]


@pytest.mark.parametrize("answers", [EVERYTHING, BARE], ids=["everything", "bare"])
def test_heroku_agrees_with_the_contract(answers: Answers, renderings: Renderings) -> None:
    assert heroku_disagreements(renderings.tree({**answers, "target": "heroku"})) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("app.json", '"LOG_LEVEL"', '"LEVEL"'),
        ("app.json", '"worker"', '"workers"'),
        ("heroku.yml", " web\n", " all\n"),
        ("heroku.yml", " migrate\n", " migrate --down\n"),
        ("app.json", '"AMQP_URL": {', '"AMQP_URL": {"value": "amqp://a:b@c", '),
    ],
)
def test_heroku_that_disagrees_is_reported(
    file: str, old: str, new: str, renderings: Renderings, tmp_path: Path
) -> None:
    tree = renderings.tree({**EVERYTHING, "target": "heroku"})
    for name in (".twelve-factor.yml", "app.json", "heroku.yml"):
        text = (tree / name).read_text()
        (tmp_path / name).write_text(text.replace(old, new) if name == file else text)
    assert heroku_disagreements(tmp_path)


def compose_disagreements(tree: Path) -> list[str]:
    """Where the Compose file of a host says otherwise than the contract."""
    said = contract(tree)
    services = yaml.safe_load((tree / "deploy/compose.yaml").read_text())["services"]
    secret = {variable["name"] for variable in said["variables"] if variable["secret"]}
    plain = {
        variable["name"]
        for variable in said["variables"]
        if not variable["secret"] and "set_by" not in variable
    }

    def names(file: str) -> set[str]:
        return set(re.findall(r"^([A-Z0-9_]+)=", (tree / "deploy" / file).read_text(), re.MULTILINE))

    grace = said["budgets"]["grace_seconds"]
    commands = {name: process["command"] for name, process in said["processes"].items()}
    places = {
        "commands": ({name: service["command"] for name, service in services.items()}, commands),
        "config.env": (names("config.env"), plain),
        "secrets.env.example": (names("secrets.env.example"), secret),
        "images": (len({service["image"] for service in services.values()}), 1),
        "grace": (all(int(s["stop_grace_period"].rstrip("s")) > grace for s in services.values()), True),
        "confined": (
            all(s["read_only"] and s["cap_drop"] == ["ALL"] and s["mem_limit"] for s in services.values()),
            True,
        ),
    }
    return [f"{place}: {found} != {wanted}" for place, (found, wanted) in places.items() if found != wanted]


@pytest.mark.parametrize("answers", [EVERYTHING, BARE], ids=["everything", "bare"])
def test_a_host_of_compose_agrees_with_the_contract(answers: Answers, renderings: Renderings) -> None:
    assert compose_disagreements(renderings.tree({**answers, "target": "compose"})) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("deploy/compose.yaml", '"web"]', '"all"]'),
        ("deploy/compose.yaml", "stop_grace_period: 30s", "stop_grace_period: 10s"),
        ("deploy/compose.yaml", "read_only: true", "read_only: false"),
        ("deploy/config.env", "LOG_LEVEL=", "LEVEL="),
        ("deploy/secrets.env.example", "AMQP_URL=", "RABBIT_URL="),
    ],
)
def test_a_host_of_compose_that_disagrees_is_reported(
    file: str, old: str, new: str, renderings: Renderings, tmp_path: Path
) -> None:
    tree = renderings.tree({**EVERYTHING, "target": "compose"})
    (tmp_path / "deploy").mkdir()
    for path in (
        ".twelve-factor.yml",
        *(f"deploy/{name}" for name in ("compose.yaml", "config.env", "secrets.env.example")),
    ):
        text = (tree / path).read_text()
        (tmp_path / path).write_text(text.replace(old, new) if path == file else text)
    assert compose_disagreements(tmp_path)
