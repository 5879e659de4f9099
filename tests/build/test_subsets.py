"""Every subset of services passes its own checks; subsets that cover each pair run as a stack."""

import datetime as dt
import hashlib
from pathlib import Path

import httpx
import pytest

from scaffold import catalog, render
from tests.build.projects import ROOT, Project, Variant, make_project, pairwise_variants
from tests.build.stack import Stack, wait_for_status
from tests.support.services import subsets

CATALOG = catalog.load(ROOT)
EVERY = tuple(CATALOG.services)
SHARES = 64
"""A daily run checks this part of all subsets, another one each day; a nightly run checks the rest."""


def every_subset() -> list[object]:
    cases = [
        (stack, chosen, sample)
        for stack in CATALOG.stacks
        for sample in CATALOG.samples
        for chosen in subsets(EVERY)
    ]
    today = dt.datetime.now(dt.UTC).toordinal() % SHARES
    return [
        pytest.param(*case, id="-".join((*case[1], case[2], case[0])), marks=_mark(number % SHARES == today))
        for number, case in enumerate(cases)
    ]


def _mark(is_todays: bool) -> pytest.MarkDecorator:
    return pytest.mark.rest if is_todays else pytest.mark.nightly


class Workshops:
    """A project with every service a stack, made when it is needed; its tools check all subsets."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._made: dict[str, Project] = {}

    def __getitem__(self, stack: str) -> Project:
        if stack not in self._made:
            self._made[stack] = make_project(Variant(stack, EVERY), self._factory.mktemp(stack))
            self._made[stack].run("make", "setup")
        return self._made[stack]


@pytest.fixture(scope="module")
def workshops(tmp_path_factory: pytest.TempPathFactory) -> Workshops:
    return Workshops(tmp_path_factory)


@pytest.fixture(scope="module")
def judged() -> set[str]:
    """Hashes of what has passed."""
    return set()


def put(project: Project, stack: str, services: tuple[str, ...], sample: str) -> str:
    """Put another subset's files in the place of what is there, and return their hash."""
    answers = {"project_name": "orders-api", "stack": stack, "services": list(services), "sample": sample}
    files = render.render(ROOT, answers, str(ROOT), "v0.0.0")
    for name in project.run("git", "ls-files").stdout.splitlines():
        (project.path / name).unlink(missing_ok=True)
    digest = hashlib.sha256()
    for name, (content, _) in sorted(files.items()):
        path = project.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if not Path(name).name.startswith("."):
            digest.update(f"{name} {len(content)}\n".encode() + content)
    project.run("git", "add", "--all")
    return digest.hexdigest()


def check(project: Project) -> tuple[int, str]:
    """Run the project's own checks with the tools that are there."""
    result = project.run("make", "check", check=False, UV_NO_SYNC="1")
    return result.returncode, result.stdout


@pytest.mark.parametrize(("stack", "services", "sample"), every_subset())
def test_every_subset_passes_its_own_checks(
    stack: str, services: tuple[str, ...], sample: str, workshops: Workshops, judged: set[str]
) -> None:
    digest = put(workshops[stack], stack, services, sample)
    if digest not in judged:
        code, output = check(workshops[stack])
        assert code == 0, output
        judged.add(digest)


@pytest.mark.nightly
@pytest.mark.parametrize("stack", CATALOG.stacks)
def test_a_subset_that_misses_a_module_fails_its_checks(stack: str, workshops: Workshops) -> None:
    project = workshops[stack]
    put(project, stack, ("postgres",), "orders")
    next(path for path in sorted(project.path.glob("src/**/orders/*")) if "service" in path.name).unlink()
    assert check(project)[0] != 0


running = pytest.mark.parametrize(
    "project",
    [pytest.param(variant, id=variant.name, marks=pytest.mark.nightly) for variant in pairwise_variants()],
    indirect=True,
    scope="session",
)


@running
def test_a_subset_runs_and_answers_its_sample_requests(stack: Stack) -> None:
    contract = stack.project.contract
    port = str(CATALOG.stacks[stack.project.variant.stack].port)
    for process in contract["processes"]:
        address = stack.compose("port", process, port).strip()
        wait_for_status(f"http://{address}{contract['http']['readiness']}", 200)
    for name in ("sample", "create"):
        if facts := contract.get("requests", {}).get(name):
            answer = httpx.request(
                facts["method"], stack.url + facts["path"], json=facts.get("json"), timeout=15
            )
            assert answer.status_code == facts["status"], answer.text
