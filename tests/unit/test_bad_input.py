"""Bad input: one clear error and hint, the right exit code, and nothing written."""

from pathlib import Path

import pytest

from tests.unit.conftest import Run

ANSWERS_REFUSED = {
    "a tag": ("title: !!python/object/apply:os.system [id]\n", "a tag or an alias"),
    "an alias": ("title: &a x\ncolour: *a\n", "a tag or an alias"),
    "an unknown key": ("colr: red\n", "did you mean `colour`?"),
    "a hidden key": ("index: {}\n", "computed by the template"),
    "an unknown choice": ("colour: bleu\n", "did you mean `blue`?"),
    "another type": ("title: [x]\n", "not text"),
    "no list": ("extras: salt\n", "not a list"),
    "one twice in a list": ("extras: [salt, salt]\n", "twice"),
    "a list instead of a mapping": ("- title\n", "not a mapping"),
    "broken YAML": ("title: [x\n", "not YAML"),
    "a control character": ("title: \x01\n", "not YAML"),
    "no UTF-8": ("title: \udcff\n", "not YAML"),
    "too much": (f"title: {'x' * 70_000}\n", "larger than 64 KiB"),
    "too deep": (f"title: {'[' * 50}{']' * 50}\n", "nested deeper"),
    "a private key": ("_commit: v1\n", "not a question"),
    "another name": ("project_name: other\n", "says `other`"),
    "an invalid name": ("title: x\n", None),
}


@pytest.fixture
def new(scaffold: Run, template: Path, work: Path) -> Run:
    return lambda *arguments: scaffold("new", "--template", template, *arguments)


def assert_refused(result, work: Path, code: int, *words: str) -> None:
    assert result.code == code
    assert result.out == ""
    lines = result.err.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["error", "hint"]
    for word in words:
        assert word in result.err
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("name", ["Ünïcode", "a/b", "Upper", "..", ".", "", "a b", "a\nb", "x\x1b[31m"])
def test_a_bad_name_is_refused_with_the_rule(new: Run, work: Path, name: str) -> None:
    assert_refused(new("--", name), work, 2, "project_name", "small letters only")


def test_a_control_character_never_reaches_the_terminal(new: Run) -> None:
    assert "\x1b" not in new("--", "x\x1b[31m").err


def test_a_name_that_looks_like_an_option_is_refused(new: Run, work: Path) -> None:
    assert_refused(new("-x"), work, 2, "`-x`", "--help")


def test_a_missing_name_is_refused(new: Run, work: Path) -> None:
    assert_refused(new(), work, 2, "NAME is missing", "scaffold new orders-api")


@pytest.mark.parametrize(("content", "word"), [pair for pair in ANSWERS_REFUSED.values() if pair[1]])
def test_a_bad_answers_file_is_refused(new: Run, work: Path, tmp_path: Path, content: str, word: str) -> None:
    file = tmp_path / "answers.yml"
    file.write_bytes(content.encode(errors="surrogateescape"))
    result = new("some-thing", "--answers", file)
    assert result.code == 2
    assert word in result.err
    assert result.err.startswith("error: ")
    assert "Traceback" not in result.err
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("file", ["missing.yml", "."])
def test_an_answers_file_that_cannot_be_read_is_refused(new: Run, work: Path, file: str) -> None:
    result = new("some-thing", "--answers", file)
    assert (result.code, list(work.iterdir())) == (2, [])
    assert f"`{file}` cannot be read" in result.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--stak", "x"], ["`--stak`", "did you mean `--stack`?"]),
        (["--stack"], ["`--stack` requires an argument", "--help"]),
        (["extra"], ["unexpected", "--help"]),
        (["--service", "none", "--service", "salt"], ["excludes", "drop"]),
        (["--stack", "x"], ["`stack` (flag) is not a question", "the questions are"]),
    ],
)
def test_bad_flags_are_refused_in_our_words(
    new: Run, work: Path, arguments: list[str], words: list[str]
) -> None:
    assert_refused(new("some-thing", *arguments), work, 2, *words)


def test_an_unknown_command_names_the_nearest(scaffold: Run, work: Path) -> None:
    assert_refused(scaffold("nw"), work, 2, "`nw`", "`new`")


def test_a_full_folder_is_left_alone(new: Run, work: Path) -> None:
    (work / "some-thing").mkdir()
    (work / "some-thing/mine").write_text("mine")
    result = new("some-thing")
    assert result.code == 3
    assert "a folder that is not empty" in result.err
    assert "hint: " in result.err
    assert [path.name for path in work.rglob("*")] == ["some-thing", "mine"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_destination_that_is_no_folder_is_left_alone(new: Run, work: Path, kind: str) -> None:
    if kind == "file":
        (work / "some-thing").write_text("mine")
    else:
        (work / "some-thing").symlink_to("nowhere")
    result = new("some-thing")
    assert result.code == 3
    assert ("a file" if kind == "file" else "a link to nothing") in result.err
    assert len(list(work.iterdir())) == 1


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("no/such/folder", 2),
        ("ext::sh -c id", 2),
        ("--upload-pack=id", 2),
        ("-x", 2),
        ("", 2),
        ("https://git.invalid/team/template", 6),
        ("https://user:secret@git.invalid/team/template", 6),
    ],
)
def test_a_template_that_is_not_there_is_refused(scaffold: Run, work: Path, source: str, code: int) -> None:
    result = scaffold("new", "some-thing", f"--template={source}")
    assert_refused(result, work, code, "template")
    assert "secret" not in result.err


def test_an_unknown_ref_names_the_nearest_tag(new: Run, work: Path) -> None:
    assert_refused(new("some-thing", "--ref", "v1.0.1"), work, 2, "`v1.0.1`", "did you mean `v1.0.0`?")
    assert_refused(new("some-thing", "--ref=--output=x"), work, 2, "has no `--output=x`")


def test_debug_shows_where_an_error_comes_from(new: Run) -> None:
    assert "Traceback" in new("UP", "--debug").err
    assert "Traceback" not in new("UP").err


def test_a_defect_asks_for_a_report(new: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("scaffold.creation.create", broken)
    assert_refused(new("some-thing"), work, 1, "KeyError", "report")
