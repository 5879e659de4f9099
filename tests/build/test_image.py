"""The image: what is in it, and how it runs with everything taken away that it does not need."""

import io
import json
import subprocess
import tarfile

import httpx

from tests.build.containers import container, docker
from tests.build.projects import Project

UNWANTED_PROGRAMS = {"uv", "uvx", "npm", "npx", "yarn", "gcc", "cc", "mvn", "gradle", "go"}
DEAD_SERVICE = {
    "DATABASE_URL": "postgresql://app:app@127.0.0.1:9/app",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "AMQP_URL": "amqp://app:app@127.0.0.1:9",
    "S3_ENDPOINT": "http://127.0.0.1:9",
    "S3_BUCKET": "uploads",
    "MAIL_FROM": "no-reply@example.com",
}


def declared(project: Project, values: dict[str, str]) -> dict[str, str]:
    """Return those of the values that the project's contract declares."""
    names = {variable["name"] for variable in project.contract["variables"]}
    return {name: value for name, value in values.items() if name in names}


def default_port(project: Project) -> int:
    name = project.contract["http"]["port_variable"]
    return int(next(v["default"] for v in project.contract["variables"] if v["name"] == name))


def test_the_image_states_its_user_labels_and_revision(image: str, project: Project) -> None:
    config = json.loads(docker("image", "inspect", image).stdout)[0]["Config"]
    revision = project.run("git", "rev-parse", "HEAD").stdout.strip()
    assert config["User"] == "65532:65532"
    assert config["Labels"]["org.opencontainers.image.revision"] == revision
    assert {"org.opencontainers.image.source", "org.opencontainers.image.version"} <= config["Labels"].keys()
    assert f"SERVICE_REVISION={revision}" in config["Env"]
    assert "Healthcheck" not in config


def test_the_image_holds_no_build_tool_no_test_and_no_cache(image: str) -> None:
    name = docker("create", image).stdout.strip()
    try:
        exported = subprocess.run(["docker", "export", name], capture_output=True, check=True).stdout
    finally:
        docker("rm", name)
    base = set()
    with tarfile.open(fileobj=io.BytesIO(exported)) as archive:
        files = {member.name: member for member in archive if member.isfile()}
    application = {path: member for path, member in files.items() if path.startswith("app/")}
    assert application, "nothing under /app"
    programs = {path.rsplit("/", 1)[-1] for path in files if "/bin/" in f"/{path}"}
    assert not programs & UNWANTED_PROGRAMS - base, programs & UNWANTED_PROGRAMS
    assert not [path for path in application if path.startswith(("app/tests/", "app/.git", "app/.env"))]
    assert not [path for path in files if path.startswith(("root/.cache", "root/.npm", "app/.cache"))]
    assert all(member.uid == 0 for member in application.values()), "files of the app belong to root"


def test_the_hardened_image_lives_and_says_what_it_misses(image: str, project: Project) -> None:
    contract, port = project.contract, default_port(project)
    with container(image, port, **declared(project, DEAD_SERVICE)) as service:
        service.wait_until_live(contract["http"]["liveness"])
        assert httpx.get(service.url + contract["http"]["liveness"]).status_code == 200
        ready = httpx.get(service.url + contract["http"]["readiness"], timeout=10)
        required = {
            entry["id"]
            for entry in contract.get("services", [])
            if entry["readiness"].get("web") == "required"
        }
        assert ready.status_code == (503 if required else 200), ready.text
        assert all(name in ready.text for name in required), ready.text
        version = httpx.get(service.url + contract["http"]["version"]).json()
        assert version["revision"] == project.run("git", "rev-parse", "HEAD").stdout.strip()
        docker("stop", "--time", "30", service.name)
        assert service.wait_for_exit() in {0, 143}
        lines = service.log_lines()
        assert lines
        assert all(isinstance(json.loads(line), dict) for line in lines)


def test_a_missing_variable_ends_the_image_with_78_and_its_name(image: str, project: Project) -> None:
    required = [variable["name"] for variable in project.contract["variables"] if variable["required"]]
    malformed = {"PORT": "70000", "LOG_LEVEL": "loud"}
    with container(image, default_port(project), **malformed) as service:
        assert service.wait_for_exit(10) == 78
        lines = service.log_lines()
    assert len(lines) == 1, lines
    assert all(name in lines[0] for name in [*required, *malformed]), lines


def test_a_source_edit_reuses_the_dependency_layers(image: str, project: Project) -> None:
    source = next(
        path for path in sorted(project.path.glob("src/**/*")) if path.is_file() and path.stat().st_size
    )
    original = source.read_bytes()
    source.write_bytes(original + b"\n")
    try:
        output = project.run("make", "image", f"IMAGE={image}-edited", BUILDKIT_PROGRESS="plain").stdout
    finally:
        source.write_bytes(original)
        docker("rmi", "--force", f"{image}-edited", check=False)
    steps = output.split("\n\n")
    installing = [step for step in steps if " RUN " in step and "install" in step.split("\n", 1)[0]]
    assert any("CACHED" in step for step in installing), output[-6000:]
