import json
from pathlib import Path

import pytest
import yaml

from tests.support.once import once
from tests.support.repository import git
from tests.unit.conftest import Run
from tests.update import synthetic

CONTRACT = {
    "version": 1,
    "name": "tea",
    "processes": {"web": {"command": ["tea", "web"], "http": True}},
    "http": {"port_variable": "PORT", "liveness": "/livez", "readiness": "/readyz"},
    "variables": [
        {"name": "PORT", "type": "integer", "required": False, "secret": False},
        {"name": "TEA_URL", "type": "url", "required": True, "secret": True},
        {"name": "SERVICE_REVISION", "type": "string", "required": False, "secret": False, "set_by": "image"},
    ],
}
SOURCE = """\
import os
PORT = os.environ.get("PORT", "8000")
TEA = os.environ["TEA_URL"]
REVISION = os.getenv("SERVICE_REVISION")
"""
COMPOSE = """\
x-app: &app
  environment: {PORT: "8000", TEA_URL: "tea://tea"}
services:
  web: {<<: *app, image: tea}
  tea: {image: tea, environment: {TEA_PASSWORD: tea}}
"""


@pytest.fixture(scope="module")
def source(run: Path) -> Path:
    """A template with two releases."""
    return once(run / "update/small", synthetic.template)


@pytest.fixture
def project(source: Path, tmp_path: Path) -> Path:
    """A project in which everything agrees."""
    project = tmp_path / "tea"
    files = {
        ".copier-answers.yml": f"_commit: v0.1.0\n_src_path: {source}\nextra: []\nname: tea\n",
        ".twelve-factor.yml": yaml.safe_dump(CONTRACT),
        ".env.example": "# a port\nPORT=8000\nTEA_URL=tea://localhost\n",
        "compose.yaml": COMPOSE,
        "deploy/config.env": "PORT=8000\n",
        "deploy/pod.yaml": "env: [{name: TEA_URL}]\n",
        "src/tea.py": SOURCE,
        "tests/test_tea.py": 'import os\nos.environ["ONLY_IN_TESTS"]\n',
    }
    for path, content in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(content)
    return project


def checked(scaffold: Run, project: Path) -> dict[str, dict[str, str]]:
    """Each check by name; the exit code says whether one failed, and that one says why and what to do."""
    result = scaffold("check", project, "--json")
    checks = {check["name"]: check for check in json.loads(result.out)}
    failed = [check for check in checks.values() if check["status"] == "failed"]
    assert result.code == (5 if failed else 0)
    assert all(check["detail"] and check["fix"] for check in failed)
    return checks


def replace(project: Path, path: str, old: str, new: str) -> None:
    content = (project / path).read_text()
    assert old in content
    (project / path).write_text(content.replace(old, new))


def test_a_project_in_which_all_agrees_passes(scaffold: Run, project: Path) -> None:
    checks = checked(scaffold, project)
    assert {check["status"] for check in checks.values()} == {"ok"}
    assert set(checks) == {
        "answers",
        "version",
        "contract",
        ".env.example",
        "compose.yaml",
        "manifests",
        "code",
    }
    assert checks["version"]["detail"] == "v0.1.0; v0.2.0 is out"


def test_a_project_of_the_newest_release_says_so(scaffold: Run, project: Path) -> None:
    replace(project, ".copier-answers.yml", "v0.1.0", "v0.2.0")
    assert checked(scaffold, project)["version"]["detail"] == "v0.2.0; no newer release"


def test_outside_of_git_every_source_is_looked_at(scaffold: Run, project: Path) -> None:
    assert not (project / ".git").exists()
    replace(project, "src/tea.py", "PORT =", 'X = os.environ["UNDECLARED"]\nPORT =')
    assert "`UNDECLARED` is read at src/tea.py:2" in checked(scaffold, project)["code"]["detail"]


def test_sources_that_git_ignores_are_not_looked_at(scaffold: Run, project: Path) -> None:
    git(project, "init", "--quiet")
    (project / ".gitignore").write_text("build/\n")
    (project / "build").mkdir()
    (project / "build/made.py").write_text('import os\nos.environ["UNDECLARED"]\n')
    assert checked(scaffold, project)["code"]["status"] == "ok"


@pytest.mark.parametrize(
    ("path", "content", "name"),
    [
        ("a.py", 'os.environ["SECRET_X"]', "SECRET_X"),
        ("a.py", 'environ.pop( "SECRET_X")', "SECRET_X"),
        ("a.py", "class Own(Section):\n    secret_x: str\n", "SECRET_X"),
        ("a.py", "class Own(pydantic_settings.BaseSettings):\n\n    b: int = 1\n", "B"),
        ("a.js", "process.env.SECRET_X", "SECRET_X"),
        ("a.ts", "process.env['SECRET_X']", "SECRET_X"),
        ("a.go", 'os.Getenv("SECRET_X")', "SECRET_X"),
        ("a.go", 'v, ok := os.LookupEnv("SECRET_X")', "SECRET_X"),
        ("A.java", 'System.getenv("SECRET_X")', "SECRET_X"),
        ("A.kt", 'System.getenv()["SECRET_X"]', "SECRET_X"),
        ("a.rs", 'env::var("SECRET_X")', "SECRET_X"),
        ("a.rb", "ENV.fetch('SECRET_X')", "SECRET_X"),
    ],
)
def test_a_read_that_the_contract_lacks_is_found(
    scaffold: Run, project: Path, path: str, content: str, name: str
) -> None:
    (project / "src" / path).write_text(f"{content}\n")
    assert f"`{name}` is read at src/{path}:" in checked(scaffold, project)["code"]["detail"]


@pytest.mark.parametrize("content", ['os.environ["OTEL_SERVICE_NAME"]', "class Own(Model):\n    own: str\n"])
def test_what_is_no_read_of_an_undeclared_variable_passes(scaffold: Run, project: Path, content: str) -> None:
    (project / "src/a.py").write_text(content)
    assert checked(scaffold, project)["code"]["status"] == "ok"


DRIFT = [
    (
        ".env.example: TEA_URL=tea://localhost ->",
        ".env.example",
        "`TEA_URL` of .twelve-factor.yml is missing",
    ),
    (".env.example: PORT= -> EXTRA=1\nPORT=", ".env.example", "`EXTRA` is not in .twelve-factor.yml"),
    ('compose.yaml: PORT: "8000",  ->', "compose.yaml", "service `web`: `PORT`"),
    ('compose.yaml: "8000" -> "8000", NEW: x', "compose.yaml", "service `web`: `NEW` is not in"),
    ("compose.yaml: services: -> services: [", "compose.yaml", "cannot be read"),
    ("deploy/pod.yaml: TEA_URL -> TEA", "manifests", "`TEA_URL` of .twelve-factor.yml is missing"),
    ("src/tea.py: TEA_URL -> PORT", "code", "no source names `TEA_URL`"),
    (".twelve-factor.yml: port_variable: PORT -> port_variable: port", "contract", "port"),
    (".twelve-factor.yml: version: 1 -> version: [", "contract", ""),
    (".copier-answers.yml: name: tea -> nam: tea", "answers", "`nam`"),
    (".copier-answers.yml: extra: [] -> extra: [three]", "answers", "`three` is not a choice"),
    (".copier-answers.yml: name: tea ->", "answers", "no answer to `name` is recorded"),
    (".copier-answers.yml: name: tea -> name: tea\nshout: TEA", "answers", "`shout`"),
    (".copier-answers.yml: v0.1.0 -> v0.0.9", "answers", "has no `v0.0.9`"),
    (".copier-answers.yml: _commit: v0.1.0 ->", "answers", "has no `_commit`"),
]


@pytest.mark.parametrize(("edit", "check", "said"), DRIFT)
def test_each_check_fails_on_what_it_is_for(
    scaffold: Run, project: Path, edit: str, check: str, said: str
) -> None:
    path, _, change = edit.partition(": ")
    old, _, new = change.partition(" ->")
    replace(project, path, old, new.removeprefix(" "))
    found = checked(scaffold, project)
    assert [name for name in found if found[name]["status"] == "failed"] == [check]
    assert said in found[check]["detail"]


@pytest.mark.parametrize("path", [".twelve-factor.yml", ".env.example"])
def test_a_missing_file_fails(scaffold: Run, project: Path, path: str) -> None:
    (project / path).unlink()
    assert "failed" in {check["status"] for check in checked(scaffold, project).values()}


@pytest.mark.parametrize(
    "source",
    ["https://127.0.0.1:9/template", "ssh://127.0.0.1:9/template", "/nowhere/template", "ext::sh -c id"],
)
def test_a_template_that_cannot_be_reached_is_said_not_failed(
    scaffold: Run, project: Path, source: str
) -> None:
    replace(project, ".copier-answers.yml", "_src_path: ", f"_src_path: '{source}' # ")
    checks = checked(scaffold, project)
    assert (checks["answers"]["status"], checks["version"]["status"]) == ("skipped", "skipped")
    assert "cannot be reached" in checks["version"]["detail"]


def test_the_table_is_for_people(scaffold: Run, project: Path) -> None:
    replace(project, ".env.example", "TEA_URL=tea://localhost\n", "")
    result = scaffold("check", project)
    line = next(line for line in result.out.splitlines() if line.startswith(".env.example"))
    assert "failed" in line
    assert line.endswith("add it to .env.example")
    assert result.code == 5


def test_a_folder_that_no_template_made_is_refused(scaffold: Run, tmp_path: Path) -> None:
    result = scaffold("check", tmp_path)
    assert (result.code, "has no .copier-answers.yml" in result.err) == (2, True)
