"""A tiny template and the command line in this process, away from the machine's own settings."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scaffold import cli
from tests.support.repository import commit, repository

COPIER_YML = """\
_subdirectory: template
_templates_suffix: .jinja
_answers_file: .copier-answers.yml
_envops: {variable_start_string: "[[ ", variable_end_string: " ]]", undefined: jinja2.StrictUndefined}
index:
  type: yaml
  when: false
  default: "{colours: {Red: red, Blue: blue}, extras: {Salt: salt, Pepper: pepper}}"
project_name:
  type: str
  help: Name of the thing
  default: thing
  validator: "{% if not project_name | regex_search('^[a-z][a-z-]+\\\\\\\\Z') %}small letters only{% endif %}"
title: {type: str, help: Title, default: "The [[ project_name ]]"}
colour: {type: str, help: Colour, choices: "[[ index.colours | to_json ]]", default: red}
extras:
  {type: yaml, multiselect: true, help: Extras, choices: "[[ index.extras | to_json ]]", default: []}
is_red: {type: yaml, when: false, default: "{only: '[[ '.' if colour == 'red' ]]'}"}
"""
FILES = {
    "copier.yml": COPIER_YML,
    "template/README.md.jinja": "# [[ title ]]\n",
    "template/[[ _copier_conf.answers_file ]].jinja": "[[ _copier_answers | to_nice_yaml ]]",
    "template/[[ is_red.only ]]/rose/[[ project_name ]].txt.jinja": "[[ extras|join(',') ]] {{ literal }}\n",
    "template/plain.txt": "[[ not rendered ]]\n",
    "template/Makefile": "setup: ## Set up\ndev: ## Run\n",
}


@dataclass(frozen=True)
class Result:
    """What one run of the command line came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the machine, and temporary files where a test can count them."""
    for name in ("SCAFFOLD_SETTINGS", "COPIER_SETTINGS_PATH", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return folder


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template of seven files in a git repository, released as v1.0.0; nobody changes it."""
    folder = write(tmp_path_factory.mktemp("released"), FILES)
    (folder / "template/logo.bin").write_bytes(bytes(range(256)))
    write(folder, {"template/run.sh": "#!/bin/sh\n"})
    (folder / "template/run.sh").chmod(0o755)
    return repository(folder, tag="v1.0.0")


@pytest.fixture
def template(released: Path, tmp_path: Path) -> Path:
    """A copy of the released template, to be changed at will."""
    return Path(shutil.copytree(released, tmp_path / "template", symlinks=True))


@pytest.fixture
def release(template: Path) -> Callable[..., None]:
    """Commits files to the template, under a tag if one is given."""

    def release(files: dict[str, str], tag: str | None = None) -> None:
        write(template, files)
        commit(template, "More", tag)

    return release


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def scaffold(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in this process."""

    def run(*arguments: object) -> Result:
        capfd.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Result(int(code), out, err)

    return run


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Writes the organisation's settings."""

    def put(content: str) -> Path:
        path = tmp_path / "settings.yml"
        path.write_text(content)
        monkeypatch.setenv("SCAFFOLD_SETTINGS", str(path))
        return path

    return put
