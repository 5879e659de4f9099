"""Projects and images, each made once a run."""

from collections.abc import Iterator

import httpx
import pytest

from tests.build.containers import PREFIX, docker
from tests.build.projects import Project, Variant, further_stacks, make_project, pairwise_variants, variants
from tests.build.stack import Stack, published


def variant_parameters() -> list[object]:
    """Return every variant: bare ones in the rest, pairs and further stacks of a language at night."""
    further = further_stacks()

    def marks(variant: Variant) -> tuple[pytest.MarkDecorator, ...]:
        if variant.stack in further:
            return (pytest.mark.nightly,)
        return () if variant.services else (pytest.mark.rest,)

    return [
        *(pytest.param(variant, id=variant.name, marks=marks(variant)) for variant in variants()),
        *(
            pytest.param(variant, id=variant.name, marks=pytest.mark.nightly)
            for variant in pairwise_variants()
        ),
    ]


@pytest.fixture(scope="session", params=variant_parameters())
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(request.param, tmp_path_factory.mktemp(request.param.name))


@pytest.fixture(scope="session")
def locked_project(project: Project) -> Project:
    """The project after its own `make setup`: with lock file, dependencies and .env."""
    project.run("make", "setup")
    return project


@pytest.fixture(scope="session")
def image(locked_project: Project) -> Iterator[str]:
    """The project's image, built by its own verb; removed at the end."""
    tag = f"{PREFIX}-{locked_project.variant.name}:test"
    locked_project.run("make", "image", f"IMAGE={tag}")
    yield tag
    docker("rmi", "--force", tag, check=False)


@pytest.fixture(scope="session")
def stack(locked_project: Project) -> Iterator[Stack]:
    """The project's stack, up and healthy."""
    name = f"{PREFIX}-{locked_project.variant.name}"
    values = published((locked_project.path / "compose.yaml").read_text())
    stack = Stack(locked_project, name, f"http://127.0.0.1:{values['WEB_PORT']}", values)
    try:
        stack.compose("up", "--build", "--wait", "--wait-timeout", "180")
        yield stack
    finally:
        stack.compose("down", "--volumes", "--remove-orphans", "--rmi", "local")


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=15) as client:
        yield client
