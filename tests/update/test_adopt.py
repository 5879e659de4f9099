"""A service that nobody generated comes under the template; nothing of it changes, and updates work."""

import json
from pathlib import Path

import pytest

from scaffold import evidence, source
from tests.support.repository import git, repository
from tests.update.projects import NEW, OLD, Releases, committed, scaffold, state, tree, update
from tests.update.template_copy import SENTENCE

FILES = {
    "pyproject.toml": '[project]\nname = "Billing_API"\ndescription = "Sends bills"\n'
    'dependencies = ["fastapi>=0.1", "psycopg[binary]"]\n',
    "compose.yml": "services: {cache: {image: 'redis:7'}}\n",
    ".github/CODEOWNERS": "# who\n* @Acme/Billing @other\n",
    ".github/workflows/ci.yml": "on: push\n",
    "README.md": "# Ours\n",
    "app/main.py": "print('ours')\n",
    "src": "a file where the template has a folder\n",
}


@pytest.fixture
def service(tmp_path: Path) -> Path:
    for path, content in FILES.items():
        (tmp_path / "service" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "service" / path).write_text(content)
    return repository(tmp_path / "service")


def adopt(service: Path, releases: Releases, *arguments: str) -> dict[str, object]:
    result = scaffold("adopt", service, "--template", releases.source, "--ref", OLD, "--json", *arguments)
    assert result.code == 0, result
    facts: dict[str, object] = json.loads(result.out)
    return facts


def test_answers_are_guessed_from_what_is_there(releases: Releases, service: Path) -> None:
    facts = adopt(service, releases, "--dry-run")
    assert facts["answers"] == {
        "project_name": "billing-api",
        "description": "Sends bills",
        "owner": "acme/billing",
        "image_repository": "registry.example.com/billing-api",
        "stack": "python-fastapi",
        "services": ["postgres", "redis"],
        "target": "none",
        "ci": "github",
        "sample": "none",
        "base_image_prefix": "",
    }
    assert facts["origins"]["services"] == "compose.yml, pyproject.toml"  # type: ignore[index]


def test_nothing_is_overwritten_and_the_rest_is_on_a_branch(releases: Releases, service: Path) -> None:
    files, index = tree(service), git(service, "ls-files", "--stage")
    facts = adopt(service, releases)
    assert (tree(service), git(service, "ls-files", "--stage")) == (files, index)
    assert git(service, "status", "--porcelain") == ""
    changed = git(service, "diff", "--name-status", "HEAD", "scaffold/adopt").splitlines()
    assert {line[0] for line in changed} == {"A"}
    assert "A\t.copier-answers.yml" in changed
    assert {"README.md", "pyproject.toml"} <= set(facts["differing"])  # type: ignore[call-overload]
    assert any(path.startswith("src/") for path in facts["in_the_way"])  # type: ignore[attr-defined]
    assert git(service, "log", "-1", "--format=%s", "scaffold/adopt").startswith(
        "Adopt the template at v0.1.0"
    )
    git(service, "fsck", "--strict")


def test_updates_work_afterwards(releases: Releases, service: Path) -> None:
    adopt(service, releases)
    git(service, "merge", "--quiet", "scaffold/adopt")
    (service / "README.md").write_text(git(service, "show", "HEAD:README.md"))
    result = update(service, "--on-conflict", "markers")
    assert result.code in {0, 3}, result
    assert "_commit: v0.2.0" in (service / ".copier-answers.yml").read_text()
    assert (service / "docs/handover.md").is_file()
    assert (service / "app/main.py").read_text() == FILES["app/main.py"]
    assert SENTENCE in (service / "README.md").read_text()


def test_an_adopted_rendering_lacks_nothing(releases: Releases, tmp_path: Path) -> None:
    project = releases.project(tmp_path / "project")
    (project / ".copier-answers.yml").unlink()
    (project / "Makefile").unlink()
    committed(project)
    facts = adopt(
        project, releases, "--answer", "target=kubernetes", "--answer", "sample=orders",
        "--answer", "project_name=my-service", "--answer", "services=[]",
    )  # fmt: skip
    assert facts["added"] == [".copier-answers.yml", "Makefile"]
    assert facts["differing"] == []
    git(project, "merge", "--quiet", "scaffold/adopt")
    assert update(project).code == 0
    assert tree(project) == tree(releases.fresh(NEW))


def test_people_see_what_would_be_added_and_what_differs(releases: Releases, service: Path) -> None:
    before = state(service)
    result = scaffold("adopt", service, "--template", releases.source, "--ref", OLD, "--dry-run")
    assert result.code == 0
    said = result.out.splitlines()
    assert "  owner             acme/billing  (.github/CODEOWNERS)" in said
    assert "  add      Makefile" in said
    assert "  differs  README.md" in said
    assert "+# Ours" in said
    assert state(service) == before


@pytest.mark.parametrize(
    ("files", "arguments", "code", "said"),
    [
        ({}, [], 2, "no manifest in"),
        ({"Cargo.toml": "[package]\n"}, ["--answer", "stak=x"], 2, "no manifest in"),
        ({"setup.py": ""}, ["--answer", "ownr=x"], 2, "did you mean `owner`?"),
        ({"setup.py": "", ".copier-answers.yml": "_commit: x\n"}, [], 3, "already"),
        ({"setup.py": ""}, ["--branch", "a..b"], 2, "no branch can be called `a..b`"),
        ({"setup.py": ""}, ["--branch", "main"], 3, "there is a branch `main` already"),
    ],
)
def test_refusals(  # noqa: PLR0917 one parameter a column
    releases: Releases, tmp_path: Path, files: dict[str, str], arguments: list[str], code: int, said: str
) -> None:
    service = tmp_path / "service"
    service.mkdir()
    for path, content in files.items():
        (service / path).write_text(content)
    before = state(repository(service))
    result = scaffold("adopt", service, "--template", releases.source, "--ref", OLD, *arguments)
    assert (result.code, said in result.err) == (code, True), result
    assert state(service) == before


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"go.mod": "module example.com/x/Orders/v2\n\ngo 1.25\n"}, "orders"),
        ({"package.json": '{"name": "@acme/Pay.Web"}'}, "pay-web"),
        (
            {"pom.xml": "<parent><artifactId>a</artifactId></parent><artifactId>shop</artifactId>"},
            "shop",
        ),
        ({"package.json": "not json"}, "some-folder"),
    ],
)
def test_names_are_found_in_every_manifest(tmp_path: Path, files: dict[str, str], name: str) -> None:
    folder = tmp_path / "Some_Folder"
    folder.mkdir()
    for path, content in files.items():
        (folder / path).write_text(content)
    offered = evidence.load(source.own_root())
    assert offered is not None
    assert evidence.guess(folder, offered)["project_name"].value == name


def test_a_manifest_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text('[project]\nname = "secret"\n')
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/pyproject.toml").symlink_to(tmp_path / "secret.toml")
    offered = evidence.load(source.own_root())
    assert offered is not None
    assert "stack" not in evidence.guess(tmp_path / "folder", offered)
