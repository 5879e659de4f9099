"""`scaffold template test` tells before a release what it would break, and touches nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations as pairs
from itertools import product
from pathlib import Path

import pytest

from scaffold import confined
from scaffold.questions import Question
from scaffold.rehearsal.combinations import of
from tests.support.repository import ROOT, commit, git
from tests.update.fleets import Fleet, fleet
from tests.update.known import Known, ten_releases
from tests.update.projects import Result, edit, scaffold, state
from tests.update.synthetic import RECORD

__all__ = ["fleet", "ten_releases"]
Files = dict[str, str | bytes]


@pytest.fixture
def template(ten_releases: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working tree of the template with ten releases, and caches of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Path(shutil.copytree(ten_releases.source, tmp_path / "template"))


def rehearse(template: Path, *arguments: str | Path) -> Result:
    return scaffold("template", "test", template, "--jobs", "2", *arguments)


def rewrite(template: Path, path: str, old: str, new: str) -> None:
    edit(template, path, old, new)
    commit(template, "Next")


def test_a_sound_candidate_is_ready(template: Path) -> None:
    (template / "template/leaving.txt").write_text("for a while\n")
    commit(template, "Next", "v0.11.0")
    git(template, "mv", "template/leaving.txt", "template/docs")
    (template / "template/src/new name.txt").rename(template / "template/src/newer name.txt")
    before = state(template)
    result = rehearse(template)
    assert (result.code, "fault" in result.err) == (0, False), result
    assert "16 of 16 combinations of answers render" in result.out
    assert "with changes that are not committed" in result.out
    assert "v0.9.0: 16 of 16 projects update" in result.out
    assert "renamed  src/new name.txt -> src/newer name.txt" in result.out
    assert "64/64 renderings and updates" in result.err
    assert state(template) == before


def test_what_goes_is_named(template: Path) -> None:
    (template / "template/logo.bin").unlink()
    facts = json.loads(rehearse(template, "--from", "v0.1.0", "--json").out)
    (found,) = facts["updates"]
    assert (found["release"], found["projects"], facts["faults"]) == ("v0.1.0", 8, [])
    assert found["deleted"] == ["leaving/it.txt", "logo.bin"]
    assert found["renamed"]["src/new name.txt"] == "src/old name.txt"
    assert found["renamed"]["docs/notes/first.txt"] == "notes/first.txt"
    assert "fresh/added.txt" in found["added"]


def taken_choice(template: Path) -> None:
    rewrite(template, "copier.yml", ", Three: three", "")


def gone_question(template: Path) -> None:
    edit(
        template,
        "copier.yml",
        "region: {type: str, choices: {North: north, South: south}, default: north}\n",
        "",
    )
    rewrite(template, "template/README.md.jinja", "[[ region ]]\n", "")


def tightened_validator(template: Path) -> None:
    rewrite(
        template,
        "copier.yml",
        "default: tea}",
        "default: coffee, validator: \"[% if name == 'tea' %]no tea[% endif %]\"}",
    )


def misspelt_name(template: Path) -> None:
    rewrite(template, "template/README.md.jinja", "[[ name ]]", "[[ nmae ]]")


def misspelt_layer(template: Path) -> None:
    (template / "template/[[ using.four ]]").mkdir()
    (template / "template/[[ using.four ]]/four.txt").write_text("four\n")


def task(template: Path) -> None:
    rewrite(template, "copier.yml", "_subdirectory", "_tasks: ['true']\n_subdirectory")


def lost_record(template: Path) -> None:
    (template / RECORD).unlink()


def bomb(template: Path) -> None:
    rewrite(template, "template/README.md.jinja", "[[ name ]]", "[[ 'x' * 99999999999 ]]")


def two_files(template: Path) -> None:
    (template / "template/[[ using.two ]]/README.md").write_text("another\n")


@pytest.mark.parametrize(
    ("mutate", "said"),
    [
        (taken_choice, "fault: a project of v0.9.0: `three` is not a choice of `services`"),
        (gone_question, "fault: a project of v0.9.0: the question `region` is gone"),
        pytest.param(
            tightened_validator,
            "fault: a project of v0.9.0: `tea` is not a valid `name` (no tea)",
            marks=pytest.mark.rest,
        ),
        (misspelt_name, "'nmae' is undefined"),
        pytest.param(misspelt_layer, "has no attribute 'four'", marks=pytest.mark.rest),
        pytest.param(task, "runs commands of its own", marks=pytest.mark.rest),
        pytest.param(lost_record, "it renders no answers file", marks=pytest.mark.rest),
        pytest.param(bomb, "takes more than", marks=pytest.mark.rest),
        pytest.param(two_files, "two files of the template become `README.md`", marks=pytest.mark.rest),
    ],
)
def test_a_candidate_that_breaks_projects_is_told(
    template: Path, monkeypatch: pytest.MonkeyPatch, mutate: Callable[[Path], None], said: str
) -> None:
    monkeypatch.setattr(confined, "MEMORY", 256 * 1024**2)
    mutate(template)
    result = rehearse(template, "--from", "v0.9.0")
    assert (result.code, said in result.err) == (5, True), result
    assert "Traceback" not in result.err


def test_an_interrupted_look_at_a_fleet_goes_on_where_it_was(fleet: Fleet, tmp_path: Path) -> None:
    for number in range(6):
        fleet.add(f"svc-{number}")
    template = Path(shutil.copytree(fleet.releases.source, tmp_path / "template"))
    edit(template, "template/src/app.txt", "app 5\n", "app five\n")
    command = [sys.executable, "-m", "scaffold", "template", "test", str(template), "--jobs", "1", "--fleet"]
    with subprocess.Popen(
        [*command, str(fleet.clones)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert any("svc-" in line for line in process.stderr)
        process.kill()
    (noted,) = (tmp_path / "state/scaffold/fleet").iterdir()
    done = [json.loads(line)["name"] for line in noted.read_text().splitlines()]
    assert 1 <= len(done) < 6
    result = scaffold("template", "test", template, "--jobs", "1", "--fleet", fleet.clones)
    assert (result.code, f"going on after {len(done)} of 6" in result.err) == (0, True), result
    assert not any(f" {name}: " in result.err for name in done)


def test_conflicts_of_the_fleet_are_told_and_nothing_is_changed(fleet: Fleet, tmp_path: Path) -> None:
    fleet.add("near", {"src/app.txt": ("app 5\n", "app 5, mine\n")})
    fleet.add("far", {"src/app.txt": ("app 19\n", "app 19, mine\n")})
    template = Path(shutil.copytree(fleet.releases.source, tmp_path / "template"))
    edit(template, "template/src/app.txt", "app 5\n", "app five, in the next release\n")
    before = {clone.name: state(clone) for clone in fleet.clones.iterdir()}
    result = rehearse(template, "--fleet", fleet.clones)
    assert (result.code, "1 can be updated, 1 in conflict" in result.out) == (3, True), result
    assert "src/app.txt: the project and the template changed the same lines" in result.out
    facts = json.loads(rehearse(template, "--fleet", fleet.urls(), "--json").out)
    assert {found["name"]: found["status"] for found in facts["fleet"]} == {
        "near": "conflict",
        "far": "behind",
    }
    assert {clone.name: state(clone) for clone in fleet.clones.iterdir()} == before
    git(template, "checkout", "--quiet", ".")
    assert rehearse(template, "--fleet", fleet.clones).code == 0


def test_refusals(template: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    for arguments, said in (
        ((template, "--from", "v0.99.0"), "did you mean `v0.9.0`?"),
        ((tmp_path / "plain",), "is no template: it has no copier.yml"),
        ((tmp_path / "nowhere",), "is no template: it has no copier.yml"),
        ((template, "--fleet", tmp_path / "nowhere"), "there is no `"),
    ):
        result = rehearse(*arguments)
        assert (result.code, said in result.err) == (2, True), result
    (tmp_path / "plain/copier.yml").write_text("name: {type: str, default: tea}\n")
    result = rehearse(tmp_path / "plain")
    assert (result.code, "no git repository with a commit" in result.err) == (2, True), result


def test_a_template_that_only_copier_reads_is_tried_with_its_defaults(tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.mkdir()
    (template / "copier.yml").write_text("name: tea\n")
    (template / "{{ _copier_conf.answers_file }}.jinja").write_text("{{ _copier_answers|to_nice_yaml }}")
    git(template, "init", "--quiet")
    commit(template, "Start")
    result = rehearse(template)
    assert (result.code, "only Copier can read the questions" in result.err) == (0, True), result
    assert "there is no former release" in result.err


def test_each_pair_of_choices_stands_in_a_combination() -> None:
    asked = [
        Question("one", "str", choices={value: value for value in "abcde"}),
        Question("free", "str", default="x"),
        Question("two", "str", choices={value: value for value in "fghi"}),
        Question("several", "yaml", choices={value: value for value in "jklmn"}, multiselect=True),
    ]
    found = of(asked)
    assert len(found) < 40 < 5 * 4 * 2**5
    flat = [
        {"one": row["one"], "two": row["two"], **{c: c in row["several"] for c in "jklmn"}} for row in found
    ]
    values = {"one": "abcde", "two": "fghi", **dict.fromkeys("jklmn", (False, True))}
    for first, second in pairs(values, 2):
        seen = {(row[first], row[second]) for row in flat}
        assert seen == set(product(values[first], values[second]))
    assert len(of(asked[:3])) == 20
