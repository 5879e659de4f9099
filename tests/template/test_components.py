"""The components that an overlay may take: each combination builds and agrees with the contracts."""

import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from tests.support.combinations import combinations
from tests.support.judges import JUDGES
from tests.support.judges.manifests import Build, built
from tests.support.judges.project import anchors
from tests.support.render import Renderings
from tests.support.repository import ROOT
from tests.support.rules.sources import load
from tests.support.tools import need

Facts = dict[str, Any]
Edit = Callable[[str], str]

ENVIRONMENTS = ("development", "staging", "production")
OVERLAY = ("ingress", "observability")
EVERYTHING = next(answers for name, answers in combinations().items() if name.startswith("everything-"))
PLAIN = {**EVERYTHING, "project_name": "demo-svc", "services": []}
SUBSETS = [
    subset for size in range(4) for subset in itertools.combinations((*OVERLAY, "external-secrets"), size)
]
# What Prometheus itself says about each scrape.
OF_PROMETHEUS = {"up"}
SUFFIXES = ("", "_bucket", "_count", "_sum")


def with_components(project: Path, names: tuple[str, ...]) -> None:
    """Add components to each overlay, as the README tells."""
    for environment in ENVIRONMENTS:
        overlay = project / "deploy" / "overlays" / environment
        text = (overlay / "kustomization.yaml").read_text()
        lines = "".join(f"  - ../../components/{name}\n" for name in names if name in OVERLAY)
        assert "  - environment\n" in text
        (overlay / "kustomization.yaml").write_text(
            text.replace("  - environment\n", f"  - environment\n{lines}", 1)
        )
        if "external-secrets" in names:
            with (overlay / "environment" / "kustomization.yaml").open("a") as file:
                file.write("components: [../../../components/external-secrets]\n")


@pytest.fixture
def project(renderings: Renderings, tmp_path: Path) -> Path:
    """A copy of the project that has everything."""
    need("kubectl")
    return Path(shutil.copytree(renderings.tree(EVERYTHING), tmp_path / "project"))


def findings(project: Path) -> list[str]:
    return [f"{found.path}: {found.rule}: {found.message}" for found in JUDGES["manifests"].judge(project)]


def overlays(project: Path) -> dict[str, Build]:
    return {build.folder.name: build for build in built(project) if "overlays" in build.folder.parts}


def of_kind(build: Build, kind: str) -> list[Facts]:
    return [entry for entry in build.objects if entry["kind"] == kind]


@pytest.mark.parametrize("names", SUBSETS, ids=["+".join(names) or "none" for names in SUBSETS])
def test_every_combination_of_components_builds_and_is_sound(names: tuple[str, ...], project: Path) -> None:
    with_components(project, names)
    assert findings(project) == []
    for environment, build in overlays(project).items():
        kinds = {entry["kind"] for entry in build.objects}
        assert ("Ingress" in kinds, "HTTPRoute" in kinds) == ("ingress" in names, "ingress" not in names)
        assert ("PrometheusRule" in kinds) == ("observability" in names)
        assert ("ExternalSecret" in kinds) == ("external-secrets" in names)
        (space,) = of_kind(build, "Namespace")
        stated = {entry["metadata"].get("namespace") for entry in build.objects if entry is not space}
        assert stated == {space["metadata"]["name"]}, environment


def test_a_service_without_secrets_has_the_other_components_only(
    renderings: Renderings, tmp_path: Path
) -> None:
    need("kubectl")
    project = Path(shutil.copytree(renderings.tree(PLAIN), tmp_path / "project"))
    assert {path.name for path in (project / "deploy" / "components").iterdir()} == set(OVERLAY)
    with_components(project, OVERLAY)
    assert findings(project) == []


COMPONENT_MUTANTS: list[tuple[str, str, str, str]] = [
    ("ingress/ingress.yaml", "number: 80", "number: 8080", "reference-backend"),
    ("ingress/ingress.yaml", "pathType: Exact", "pathTyp: Exact", "schema"),
    ("observability/monitor.yaml", "targetPort: http", "targetPort: metrics", "target-port"),
    ("observability/monitor.yaml", "interval: 30s", "intervall: 30s", "own-schema"),
    ("observability/alerts.yaml", "- alert: RequestsSlow", "- alarm: RequestsSlow", "own-schema"),
    ("external-secrets/externalsecret.yaml", "kind: ClusterSecretStore", "kind: Vault", "own-schema"),
    ("external-secrets/kustomization.yaml", "spec.dataFrom.0.extract.key", "spec.data.0.key", "build"),
    ("../runtime/config.env", "LOG_LEVEL=", "LOG_LEVL=", "contract-declared"),
]


@pytest.mark.parametrize(("file", "old", "new", "rule"), COMPONENT_MUTANTS)
def test_a_faulty_component_is_found(file: str, old: str, new: str, rule: str, project: Path) -> None:
    with_components(project, (*OVERLAY, "external-secrets"))
    path = project / "deploy" / "components" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    for environment in ("development", "production"):
        shutil.rmtree(project / "deploy" / "overlays" / environment)
    assert any(f": {rule}: " in finding for finding in findings(project))


def test_the_ingress_has_the_paths_and_the_host_of_the_route(project: Path) -> None:
    routed = {name: of_kind(build, "HTTPRoute")[0]["spec"] for name, build in overlays(project).items()}
    with_components(project, ("ingress",))
    for name, build in overlays(project).items():
        (ingress,) = of_kind(build, "Ingress")
        (rule,) = ingress["spec"]["rules"]
        assert [rule["host"]] == routed[name]["hostnames"] == ingress["spec"]["tls"][0]["hosts"]
        assert [(path["pathType"], path["path"]) for path in rule["http"]["paths"]] == [
            (match["path"]["type"].removeprefix("Path"), match["path"]["value"])
            for match in routed[name]["rules"][0]["matches"]
        ]


def selectors(query: str) -> list[Any]:
    """Every selector of a query; ValueError where it is no PromQL."""
    found: list[Any] = []

    def visit(node: Any) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)
        elif isinstance(node, promql_parser.MatrixSelector):
            found.append(node.vector_selector)
        return True

    # Grafana puts the interval in before Prometheus sees the query.
    promql_parser.walk(promql_parser.parse(query.replace("$__rate_interval", "5m")), visit)
    return found


def labels(selector: Any) -> dict[str, str]:
    return {matcher.name: matcher.value for matcher in selector.matchers.matchers}


def stated_metrics() -> set[str]:
    """Every metric that some contract of the catalog states."""
    contracts = [load(ROOT, "catalog/contract.yml")]
    contracts += [
        load(ROOT, str(path.relative_to(ROOT))) for path in ROOT.glob("catalog/services/*/service.yml")
    ]
    return {name for contract in contracts for name in contract.get("metrics", [])}


def unknown_metrics(queries: list[str]) -> set[str]:
    known = {f"{name}{suffix}" for name in stated_metrics() for suffix in SUFFIXES} | OF_PROMETHEUS
    return {selector.name for query in queries for selector in selectors(query)} - known


@pytest.fixture
def observed(project: Path) -> dict[str, Build]:
    with_components(project, ("observability",))
    return overlays(project)


def alerts(build: Build) -> list[Facts]:
    (rules,) = of_kind(build, "PrometheusRule")
    return [rule for group in rules["spec"]["groups"] for rule in group["rules"]]


def dashboard_queries(build: Build) -> Iterator[str]:
    (text,) = (
        data
        for entry in of_kind(build, "ConfigMap")
        for name, data in entry["data"].items()
        if name == f"{EVERYTHING['project_name']}.json"
    )
    yield from (target["expr"] for panel in json.loads(text)["panels"] for target in panel["targets"])


def test_alerts_and_dashboard_ask_for_metrics_of_the_contracts_only(observed: dict[str, Build]) -> None:
    build = observed["production"]
    queries = [rule["expr"] for rule in alerts(build)] + list(dashboard_queries(build))
    assert unknown_metrics(queries) == set()
    asked = {selector.name for query in queries for selector in selectors(query)}
    unasked = {name for name in stated_metrics() if not any(f"{name}{end}" in asked for end in SUFFIXES)}
    assert unasked == set()


def test_a_metric_that_no_contract_states_is_found() -> None:
    assert unknown_metrics(['sum(rate(http_request_total{job="x"}[5m]))']) == {"http_request_total"}
    with pytest.raises(ValueError, match=r"."):
        selectors('sum(rate(http_requests_total{job="x"[5m]))')


def test_an_alert_is_about_its_own_service_and_environment(observed: dict[str, Build]) -> None:
    for build in observed.values():
        (space,) = of_kind(build, "Namespace")
        for rule in alerts(build):
            found = [labels(selector) for selector in selectors(rule["expr"])]
            assert {each["job"] for each in found} == {EVERYTHING["project_name"]}
            assert [each["namespace"] for each in found if "namespace" in each] == [space["metadata"]["name"]]
            assert rule["labels"]["namespace"] == space["metadata"]["name"]


def test_a_share_of_requests_counts_no_probe_and_no_scrape(observed: dict[str, Build]) -> None:
    build = observed["production"]
    http = load(ROOT, "catalog/contract.yml")["http"]
    own = {http[name] for name in ("liveness", "readiness", "metrics", "version")}
    queries = [rule["expr"] for rule in alerts(build)] + list(dashboard_queries(build))
    asked = [
        (query, labels(selector).get("route", ""))
        for query in queries
        for selector in selectors(query)
        if selector.name.startswith("http_request")
    ]
    left_out = [query for query, routes in asked if all(re.fullmatch(routes, path) for path in own)]
    assert [query for query, _ in asked if query not in left_out and "by (method, route)" not in query] == []
    assert len(left_out) >= 9
    assert not any(re.fullmatch(routes, "/orders") for _, routes in asked)


def test_no_two_alerts_have_the_same_name_and_labels(observed: dict[str, Build]) -> None:
    named = [(rule["alert"], *sorted(rule["labels"].items())) for rule in alerts(observed["production"])]
    assert len(set(named)) == len(named) > 3


def test_every_runbook_is_a_section_of_the_operations_manual(
    project: Path, observed: dict[str, Build]
) -> None:
    sections = anchors((project / "docs" / "operations.md").read_text())
    linked = {rule["annotations"]["runbook_url"] for rule in alerts(observed["production"])}
    for url in linked:
        path, _, anchor = url.partition("#")
        assert path.endswith("/blob/main/docs/operations.md")
        assert anchor in sections, url


def test_a_policy_admits_each_backing_service_by_its_own_ports_and_networks(project: Path) -> None:
    networks = yaml.safe_load((ROOT / "catalog/cluster.yml").read_text())["networks"]
    contracts = {name: load(ROOT, f"catalog/services/{name}/service.yml") for name in EVERYTHING["services"]}
    meant = {
        f"to-{name}": (contract["egress"], networks[contract.get("network", "private")])
        for name, contract in contracts.items()
        if "egress" in contract
    }
    for build in overlays(project).values():
        found = {
            entry["metadata"]["name"]: (rule["ports"], rule["to"][0]["ipBlock"]["cidr"])
            for entry in of_kind(build, "NetworkPolicy")
            for rule in entry["spec"].get("egress", [])
            if entry["metadata"]["name"].startswith("to-")
        }
        assert found == meant
