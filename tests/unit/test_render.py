"""The renderer's rules on tiny templates; tests/template compares whole projects with Copier's."""

from collections.abc import Callable
from pathlib import Path

import pytest
from copier import run_copy

from scaffold import copier_engine, render
from scaffold.errors import ScaffoldError, UnsupportedTemplateError
from scaffold.render import Rendering
from tests.unit.conftest import write

ANSWERS = {"project_name": "some-thing", "title": 'A "title"', "extras": ["pepper", "salt"]}
Release = Callable[..., None]


def by_copier(source: Path, folder: Path, answers: dict[str, object]) -> dict[str, tuple[bytes, bool]]:
    run_copy(str(source), folder, data=answers, defaults=True, vcs_ref="HEAD", quiet=True, unsafe=False)
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o111))
        for path in files
    }


def ours(source: Path, answers: dict[str, object]) -> Rendering:
    return render.render_here(source, answers, str(source), "v1.0.0")


def test_a_project_equals_copiers(template: Path, tmp_path: Path) -> None:
    assert ours(template, ANSWERS) == by_copier(template, tmp_path / "theirs", ANSWERS)


def test_a_folder_that_renders_to_nothing_is_left_out(template: Path) -> None:
    assert "rose/some-thing.txt" in ours(template, ANSWERS)
    assert "rose/some-thing.txt" not in ours(template, {**ANSWERS, "colour": "blue"})


def test_answers_are_recorded_in_catalog_order_without_hidden_values(template: Path) -> None:
    recorded = ours(template, ANSWERS)[".copier-answers.yml"].content.decode()
    assert recorded == (
        f"_commit: v1.0.0\n_src_path: {template}\ncolour: red\nextras:\n- salt\n- pepper\n"
        'project_name: some-thing\ntitle: A "title"\n'
    )


def test_binary_files_and_executable_bits_are_kept(template: Path) -> None:
    rendering = ours(template, ANSWERS)
    assert rendering["logo.bin"] == (bytes(range(256)), False)
    assert rendering["run.sh"].executable
    assert rendering["plain.txt"].content == b"[[ not rendered ]]\n"


def test_ignored_files_of_a_checkout_are_left_out(template: Path, release: Release) -> None:
    release({".gitignore": "*.log\n"})
    write(template, {"template/debug.log": "x", "template/new.txt": "x"})
    rendering = ours(template, ANSWERS)
    assert "new.txt" in rendering
    assert "debug.log" not in rendering


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nb\rc\n",
        "no end",
        "",
        "[[ title ]]",
        "[[ title ]]\r\nx\n\n",
        "{% if title %}\nyes\n{% endif %}\n",
        "é\n",
    ],
)
def test_line_ends_and_last_lines_equal_copiers(
    template: Path, release: Release, tmp_path: Path, text: str
) -> None:
    (template / "template/text.txt.jinja").write_bytes(text.encode())
    release({})
    assert (
        ours(template, ANSWERS)["text.txt"] == by_copier(template, tmp_path / "theirs", ANSWERS)["text.txt"]
    )


def test_a_template_shadows_the_plain_file_of_its_name(
    template: Path, release: Release, tmp_path: Path
) -> None:
    release({"template/both.txt": "plain", "template/both.txt.jinja": "[[ title ]]"})
    theirs = by_copier(template, tmp_path / "theirs", ANSWERS)
    assert ours(template, ANSWERS)["both.txt"] == theirs["both.txt"] == (b'A "title"', False)


def test_an_undefined_name_is_an_error_for_both(template: Path, release: Release) -> None:
    release({"template/broken.txt.jinja": "[[ titel ]]"})
    with pytest.raises(ScaffoldError, match="titel"):
        render.render(template, ANSWERS, str(template), "v1")


def test_two_files_for_one_path_are_a_defect(template: Path, release: Release) -> None:
    release({"template/[[ is_red.only ]]/plain.txt": "x"})
    with pytest.raises(ScaffoldError, match=r"two files of the template become `plain.txt`"):
        ours(template, ANSWERS)


@pytest.mark.parametrize(
    "change",
    [
        "_exclude: ['*.txt']\n",
        "_tasks: [id]\n",
        "_jinja_extensions: [x]\n",
        "_preserve_symlinks: true\n",
        'asked: {type: str, default: x, when: "[[ title ]]"}\n',
        "number: {type: int, default: 1}\n",
        "secret: {type: str, secret: true, default: x}\n",
        "required: {type: str}\n",
        "short: x\n",
        "---\nmore: {type: str, default: x}\n",
        "more: !include other.yml\n",
    ],
)
def test_what_only_copier_knows_is_left_to_copier(template: Path, release: Release, change: str) -> None:
    assert render.supports(template)
    release({"copier.yml": (template / "copier.yml").read_text() + change})
    assert not render.supports(template)
    with pytest.raises(UnsupportedTemplateError):
        ours(template, ANSWERS)


def test_a_template_with_other_undefined_names_is_left_to_copier(template: Path, release: Release) -> None:
    text = (
        (template / "copier.yml")
        .read_text()
        .replace("undefined: jinja2.StrictUndefined", "trim_blocks: true")
    )
    release({"copier.yml": text})
    assert not render.supports(template)


def test_a_link_out_of_the_template_is_not_followed(template: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (template / "leak").symlink_to(tmp_path / "secret")
    write(
        template, {"template/leak.txt.jinja": "[% include 'leak' %]".replace("[%", "{%").replace("%]", "%}")}
    )
    with pytest.raises(UnsupportedTemplateError, match="leads out"):
        ours(template, ANSWERS)
    (template / "template/leak.txt.jinja").unlink()
    (template / "template/link").symlink_to(tmp_path / "secret")
    with pytest.raises(UnsupportedTemplateError, match="symbolic link"):
        ours(template, ANSWERS)


def test_copier_renders_a_template_with_exclusions(template: Path, release: Release, tmp_path: Path) -> None:
    release({"copier.yml": (template / "copier.yml").read_text() + "_exclude: [plain.txt]\n"}, tag="v1.1.0")
    rendering = render.render(template, ANSWERS, str(template), "v1.1.0")
    assert "plain.txt" not in rendering
    assert rendering == by_copier(template, tmp_path / "theirs", ANSWERS)


@pytest.mark.parametrize("src_path", ["https://example.com/x.git", "/a path/" + "with many words " * 12])
def test_copiers_answers_file_names_the_source_that_we_say(template: Path, src_path: str) -> None:
    expected = render.render_here(template, ANSWERS, src_path, "v9")
    assert copier_engine.render(template, ANSWERS, src_path, "v9") == expected


@pytest.mark.parametrize("feature", ["_tasks: ['touch {marker}']\n", "_jinja_extensions: [os.path]\n"])
def test_a_template_that_wants_trust_is_refused(
    template: Path, release: Release, tmp_path: Path, feature: str
) -> None:
    marker = tmp_path / "marker"
    release({"copier.yml": (template / "copier.yml").read_text() + feature.format(marker=marker)})
    with pytest.raises(ScaffoldError, match="commands of its own") as caught:
        render.render(template, ANSWERS, str(template), None)
    assert caught.value.hint
    assert not marker.exists()


def test_copier_reads_no_settings_of_a_person(
    template: Path, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "copier-settings.yml"
    settings.write_text(f"trust: ['{template}']\ndefaults: {{title: theirs}}\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    release({"copier.yml": (template / "copier.yml").read_text() + "_exclude: [x]\n"})
    rendering = render.render(template, {"project_name": "some-thing"}, str(template), None)
    assert rendering["README.md"].content == b"# The some-thing\n"


def test_an_answer_that_copier_refuses_is_our_error(template: Path, release: Release) -> None:
    release({"copier.yml": (template / "copier.yml").read_text() + "_exclude: [x]\n"})
    with pytest.raises(ScaffoldError, match="small letters only"):
        render.render(template, {"project_name": "UP"}, str(template), None)
