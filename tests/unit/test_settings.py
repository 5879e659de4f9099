"""Settings of an organisation: precedence, fixed values, and where each value is from."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold import answers, questions
from scaffold.answers import Layers
from scaffold.errors import ScaffoldError
from tests.unit.conftest import Run, write

SettingsFile = Callable[[str], Path]


def test_precedence_is_flag_answers_file_settings_template(template: Path) -> None:
    form = questions.load(template)
    layers = Layers(
        flags={"colour": "blue"}, file={"title": "file"}, defaults={"title": "settings", "colour": "red"}
    )
    resolved = answers.resolve(form, layers)
    assert resolved.values == {"project_name": "thing", "title": "file", "colour": "blue", "extras": []}
    assert resolved.origins == {
        "project_name": "template", "title": "answers file", "colour": "flag", "extras": "template"
    }  # fmt: skip
    only_settings = answers.resolve(form, Layers(defaults={"extras": ["pepper", "salt"]}))
    assert (only_settings.values["extras"], only_settings.origins["extras"]) == (
        ["salt", "pepper"],
        "settings",
    )


def test_what_has_to_be_repeated_is_what_would_else_differ(template: Path) -> None:
    form = questions.load(template)
    layers = Layers(flags={"colour": "red", "title": "The thing"}, defaults={"colour": "blue"})
    assert answers.resolve(form, layers).needed == {"colour"}


@pytest.mark.parametrize("layer", ["flags", "file"])
def test_a_fixed_value_cannot_be_contradicted(template: Path, layer: str) -> None:
    form = questions.load(template)
    with pytest.raises(ScaffoldError, match="`colour` is fixed to `red`") as caught:
        answers.resolve(form, Layers(**{layer: {"colour": "blue"}}, fixed={"colour": "red"}))
    assert "scaffold settings" in caught.value.hint
    agreeing = answers.resolve(form, Layers(**{layer: {"colour": "red"}}, fixed={"colour": "red"}))
    assert agreeing.values["colour"] == "red"


def test_nobody_is_asked_for_a_fixed_value(template: Path) -> None:
    asked: list[str] = []

    def ask(turn: questions.Asked, default: object) -> object:
        asked.append(turn.question.name)
        return default

    layers = Layers({"project_name": "some-thing"}, {}, {"title": "settings"}, {"colour": "blue"})
    resolved = answers.resolve(questions.load(template), layers, ask)
    assert asked == ["title", "extras"]
    assert resolved.values["title"] == "settings"
    assert resolved.origins["colour"] == "settings (fixed)"


def test_settings_name_the_template_and_its_version(
    scaffold: Run, work: Path, template: Path, release: Callable[..., None], settings_file: SettingsFile
) -> None:
    release({"template/README.md.jinja": "two\n"}, tag="v2.0.0")
    settings_file(f"template: {template}\nref: v1.0.0\ndefaults: {{title: Ours}}\nfixed: {{colour: blue}}\n")
    data = json.loads(scaffold("new", "some-thing", "--json").out)
    assert data["commit"] == "v1.0.0"
    assert data["answers"] | {"title": "Ours", "colour": "blue"} == data["answers"]
    assert json.loads(scaffold("new", "other-thing", "--json", "--ref", "v2.0.0").out)["commit"] == "v2.0.0"


def test_settings_are_printed_with_where_each_is_from(
    scaffold: Run, template: Path, settings_file: SettingsFile
) -> None:
    path = settings_file(f"template: {template}\ndefaults: {{title: Ours}}\nfixed: {{colour: blue}}\n")
    data = json.loads(scaffold("settings", "--json").out)
    assert data["file"] == {"value": str(path), "from": "SCAFFOLD_SETTINGS"}
    assert data["template"] == {"value": str(template), "from": "settings"}
    assert data["answers"]["title"] == {"value": "Ours", "from": "settings"}
    assert data["answers"]["colour"] == {"value": "blue", "from": "settings (fixed)"}
    assert data["answers"]["extras"] == {"value": [], "from": "template"}
    assert "colour        blue  (settings (fixed))" in scaffold("settings").out


def test_settings_stand_in_the_platforms_folder(scaffold: Run, tmp_path: Path, template: Path) -> None:
    path = write(tmp_path, {"config/scaffold/settings.yml": f"template: {template}\n"})
    data = json.loads(scaffold("settings", "--json").out)
    assert data["file"]["value"] == str(path / "config/scaffold/settings.yml")
    assert data["template"]["value"] == str(template)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("templat: x\n", "templat"),
        ("template: 1\n", "at `template`"),
        ("ref: v1\n", "template"),
        ("defaults: {title: {a: b}}\n", "at `defaults.title`"),
        ("defaults: {title: a}\nfixed: {title: b}\n", "both a default and fixed"),
        ("fixed: !!python/name:os.system {}\n", "a tag or an alias"),
        ("- x\n", "not a mapping"),
    ],
)
def test_a_faulty_settings_file_is_refused(
    scaffold: Run, settings_file: SettingsFile, content: str, word: str
) -> None:
    path = settings_file(content)
    result = scaffold("settings")
    assert result.code == 2
    assert str(path) in result.err
    assert word in result.err


def test_a_setting_for_no_question_is_refused(
    scaffold: Run, template: Path, settings_file: SettingsFile
) -> None:
    settings_file(f"template: {template}\ndefaults: {{titel: x}}\n")
    result = scaffold("settings")
    assert result.code == 2
    assert "`titel` (settings) is not a question" in result.err
    assert "did you mean `title`?" in result.err


def test_settings_that_are_named_must_exist(scaffold: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCAFFOLD_SETTINGS", "/nowhere/settings.yml")
    result = scaffold("settings")
    assert result.code == 2
    assert result.err == (
        "error: `/nowhere/settings.yml` does not exist\n"
        "hint: SCAFFOLD_SETTINGS names it; unset it or write the file\n"
    )
