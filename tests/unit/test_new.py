"""`scaffold new` on a tiny template: what it writes, says and repeats."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold import cli, hooks, place
from scaffold.errors import ScaffoldError
from scaffold.render import File
from tests.unit.conftest import Run, write

SettingsFile = Callable[[str], Path]


@pytest.fixture
def new(scaffold: Run, template: Path, work: Path) -> Run:
    return lambda *arguments: scaffold("new", "--template", template, *arguments)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_project_is_made_with_modes(new: Run, work: Path) -> None:
    result = new(
        "some-thing", "--answers", write(work.parent, {"a.yml": "extras: [pepper, salt]\n"}) / "a.yml"
    )
    assert result.code == 0
    project = work / "some-thing"
    assert (project / "README.md").read_text() == "# The some-thing\n"
    assert (project / "rose/some-thing.txt").read_text() == "salt,pepper {{ literal }}\n"
    assert os.access(project / "run.sh", os.X_OK)
    assert not os.access(project / "README.md", os.X_OK)
    assert [path.name for path in work.iterdir()] == ["some-thing"]


def test_it_tells_how_to_repeat_and_what_comes_next(new: Run, template: Path) -> None:
    out = new("some-thing").out
    assert f"  scaffold new some-thing --template {template} --defaults\n" in out
    assert out.endswith("Next:\n  cd some-thing\n  make setup\n  make dev\n")


def test_the_repeated_command_makes_the_same_project(scaffold: Run, work: Path, tmp_path: Path) -> None:
    given = (
        "--service",
        "redis",
        "--ci",
        "none",
        "--description",
        "Says \"hi\" & 'bye' $(id)",
        "--owner",
        "a/b",
    )
    first = json.loads(scaffold("new", "demo-svc", *given, "--no-hooks", "--dry-run", "--json").out)
    assert first["repeat"] == [
        *("scaffold", "new", "demo-svc", "--description", "Says \"hi\" & 'bye' $(id)", "--owner", "a/b"),
        *("--service", "redis", "--ci", "none", "--no-hooks", "--defaults"),
    ]
    words = shlex.split(shlex.join(first["repeat"]))[1:]
    again = json.loads(scaffold(*words, "--dry-run", "--json").out)
    assert again["answers"] == first["answers"]


def test_json_on_stdout_is_all_there_is(new: Run, work: Path, template: Path) -> None:
    result = new("some-thing", "--json")
    data = json.loads(result.out)
    assert data["path"] == str(work / "some-thing")
    assert (data["written"], data["commit"], data["template"]) == (True, "v1.0.0", str(template))
    assert data["answers"] == {
        "project_name": "some-thing",
        "title": "The some-thing",
        "colour": "red",
        "extras": [],
    }
    assert sorted(data["files"]) == sorted(contents(work / "some-thing"))


def test_dry_run_writes_nothing_and_shows_every_file(new: Run, work: Path) -> None:
    result = new("some-thing", "--dry-run")
    assert result.code == 0
    for name in ("some-thing/", "README.md", "rose/", "some-thing.txt", "logo.bin"):
        assert name in result.out
    assert json.loads(new("some-thing", "--dry-run", "--json").out)["written"] is False
    assert list(work.iterdir()) == []


def test_into_is_the_destination_itself(new: Run, work: Path) -> None:
    assert new("some-thing", "--into", "a/b/c").code == 0
    assert (work / "a/b/c/README.md").is_file()
    assert sorted(path.name for path in (work / "a/b").iterdir()) == ["c"]


def test_an_empty_folder_keeps_its_identity(new: Run, work: Path) -> None:
    before = work.stat().st_ino
    result = new("some-thing", "--into", ".")
    assert result.code == 0
    assert work.stat().st_ino == before
    assert "README.md" in {path.name for path in work.iterdir()}
    assert not list(work.glob(f"{place.PREFIX}*"))


def test_the_newest_release_is_taken_unless_a_ref_is_given(
    new: Run, work: Path, release: Callable[..., None]
) -> None:
    release({"template/README.md.jinja": "two\n"}, tag="1.10.0")
    release({"template/README.md.jinja": "three\n"}, tag="v1.9.0")
    release({"template/README.md.jinja": "four\n"}, tag="v2.0.0rc1")
    release({"template/README.md.jinja": "five\n"})
    assert json.loads(new("some-thing", "--json").out)["commit"] == "1.10.0"
    assert (work / "some-thing/README.md").read_text() == "two\n"
    assert json.loads(new("other-thing", "--json", "--ref", "v1.0.0").out)["commit"] == "v1.0.0"
    assert new("third-thing", "--ref", "HEAD").code == 0
    assert (work / "third-thing/README.md").read_text() == "five\n"


def test_uncommitted_changes_are_used_with_a_warning(new: Run, work: Path, template: Path) -> None:
    write(template, {"template/README.md.jinja": "draft\n"})
    result = new("some-thing", "--ref", "HEAD", "--json")
    assert "uncommitted changes" in result.err
    assert json.loads(result.out)["commit"] == "v1.0.0"
    assert (work / "some-thing/README.md").read_text() == "draft\n"


def test_nothing_of_a_fetched_template_stays_behind(
    new: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert new("some-thing").code == 0
    assert new("UP").code == 2
    assert list(temporary.iterdir()) == []


def test_no_hook_of_git_runs_while_a_template_is_fetched(
    new: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "marker"
    write(tmp_path / "githooks", {"post-checkout": f"#!/bin/sh\ntouch {marker}\n"})
    (tmp_path / "githooks/post-checkout").chmod(0o755)
    config = write(tmp_path, {"gitconfig": f"[core]\nhooksPath = {tmp_path / 'githooks'}\n"}) / "gitconfig"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    assert new("some-thing").code == 0
    assert not marker.exists()


HOOKS = {
    "hooks/10-first.sh": '#!/bin/sh\necho first > "$1/first"\n',
    "hooks/20-missing.sh": "#!/bin/sh\necho 'no `tool`' >&2; echo 'hint: get it' >&2; exit 4\n",
    "hooks/30-last.py": "import sys, pathlib\npathlib.Path(sys.argv[1], 'last').write_text(sys.argv[1])\n",
}


def test_hooks_of_a_foreign_template_do_not_run(new: Run, work: Path, release: Callable[..., None]) -> None:
    release(HOOKS, tag="v2.0.0")
    result = new("some-thing", "--json")
    assert [skipped["hook"] for skipped in json.loads(result.out)["skipped_hooks"]] == [
        "first",
        "missing",
        "last",
    ]
    assert "warning: first: hooks run only for" in result.err
    assert not (work / "some-thing/first").exists()


def test_hooks_of_the_settings_template_run_in_order(
    scaffold: Run, work: Path, template: Path, release: Callable[..., None], settings_file: SettingsFile
) -> None:
    release(HOOKS, tag="v2.0.0")
    settings_file(f"template: {template}\n")
    result = scaffold("new", "some-thing", "--json")
    assert result.code == 0
    assert json.loads(result.out)["skipped_hooks"] == [
        {"hook": "missing", "reason": "no `tool`", "hint": "get it"}
    ]
    assert (work / "some-thing/first").read_text() == "first\n"
    assert (work / "some-thing/last").read_text().endswith("/some-thing")
    assert scaffold("new", "other-thing", "--no-hooks").code == 0
    assert not (work / "other-thing/first").exists()


def test_a_hook_that_takes_too_long_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "LIMIT_SECONDS", 0.3)
    marker = tmp_path / "marker"
    hook = write(tmp_path, {"10-slow.sh": f"#!/bin/sh\n(sleep 1; touch {marker}) &\nwait\n"}) / "10-slow.sh"
    skipped = hooks.run(hook, tmp_path, tmp_path, lambda: None)
    assert skipped is not None
    subprocess.run(["sleep", "1.2"], check=True)
    assert not marker.exists()


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a/../../x", ".git/hooks/post-commit", "a/.GIT/config", "a\\b", ""]
)
def test_a_path_out_of_the_project_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ScaffoldError, match="no project may contain"):
        place.write({"ok": File(b"", False), path: File(b"x", False)}, tmp_path / "project")
    assert list(tmp_path.iterdir()) == [path for path in tmp_path.iterdir() if path.name == "config"]


def test_without_git_our_own_template_is_rendered_from_the_checkout(
    scaffold: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(work))
    result = scaffold("new", "demo-svc", "--no-hooks")
    assert result.code == 0
    assert (work / "demo-svc/.copier-answers.yml").is_file()


def test_without_git_a_foreign_template_is_refused(
    new: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(work))
    result = new("some-thing")
    assert result.code == 4
    assert result.err.startswith("error: there is no `git` on PATH\nhint: install git")


@pytest.mark.parametrize("name", ["class", "redis", "test"])
def test_reserved_names_work(scaffold: Run, name: str) -> None:
    data = json.loads(scaffold("new", name, "--dry-run", "--json").out)
    assert data["answers"]["project_name"] == name


@pytest.mark.parametrize("services", [["--service", "none"], []])
def test_no_service_is_an_empty_list(scaffold: Run, services: list[str]) -> None:
    data = json.loads(scaffold("new", "demo-svc", *services, "--dry-run", "--json").out)
    assert data["answers"]["services"] == []


def test_services_are_recorded_in_catalog_order(scaffold: Run) -> None:
    flags = ("--service", "redis", "--service", "postgres")
    data = json.loads(scaffold("new", "demo-svc", *flags, "--dry-run", "--json").out)
    assert data["answers"]["services"] == ["postgres", "redis"]


def test_a_reader_that_leaves_early_is_no_error(template: Path, work: Path) -> None:
    command = f"{sys.executable} -m scaffold new some-thing --template {template} --dry-run --json | true"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 141}
    assert done.stderr == ""


HEAVY = {"copier", "questionary", "rich", "jinja2", "yaml", "pydantic", "prompt_toolkit", "platformdirs"}


def test_help_is_read_without_heavy_modules() -> None:
    code = "import sys; from scaffold import cli; cli.run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "new" in done.stdout
    assert {name.split(".")[0] for name in done.stderr.split()} & HEAVY == set()


def test_every_command_has_help() -> None:
    for command in cli.build().registered_commands:
        assert command.callback is not None
        assert command.callback.__doc__, command.name


def test_a_rendering_needs_no_copier(work: Path) -> None:
    code = (
        "import sys; from scaffold import cli; code = cli.run(['new', 'demo-svc', '--no-hooks']);"
        "assert code == 0; print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = {name.split(".")[0] for name in done.stderr.split()}
    assert modules & {"copier", "questionary", "rich"} == set()
