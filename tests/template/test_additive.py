"""Dimensions add: a throw-away language and a throw-away service need the files of the architecture's table.

Every combination with them renders and passes what others pass; projects update to the release that has them.
"""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from copier import run_update

from scaffold import catalog
from tests.support.additive import AFTER, BEFORE, EDITS, LATER, NEW_FILES
from tests.support.combinations import Answers, combinations
from tests.support.formats import meaning
from tests.support.judges import JUDGES
from tests.support.judges.verdicts import faults
from tests.support.render import Renderings, copy_template, files
from tests.support.repository import commit, git, repository
from tests.support.rules import RULES
from tests.support.tools import need
from tests.support.variables import catalog_variables, disagreements, unread


def test_a_language_and_a_service_are_files_of_the_table_alone(extended: Renderings) -> None:
    changed = git(extended.source, "diff", "-z", "--name-status", BEFORE, AFTER).split("\0")
    status = dict(zip(changed[1::2], changed[0::2], strict=False))
    assert {path for path, kind in status.items() if kind != "A"} == set(EDITS)
    added = [path for path, kind in status.items() if kind == "A"]
    assert [path for path in added if not any(fnmatchcase(path, pattern) for pattern in NEW_FILES)] == []
    assert all(any(fnmatchcase(path, pattern) for path in added) for pattern in NEW_FILES)


@pytest.mark.parametrize("rule", RULES)
def test_the_rules_hold_with_them(rule: str, extended: Renderings) -> None:
    assert RULES[rule](extended.source) == []


def test_the_catalog_holds_them(extended: Renderings) -> None:
    loaded = catalog.load(extended.source)
    assert "dash-inetd" in loaded.stacks
    assert "memcached" in loaded.services


def test_every_combination_with_them_parses(extended: Renderings, chosen: dict[str, Answers]) -> None:
    assert len(chosen) > len(combinations(extended.source)) / 3
    for answers in chosen.values():
        for path, content in files(extended.tree(answers)).items():
            meaning(path, content)


@pytest.mark.parametrize(  # manifests have several judges each: a minute, the same that others pass every day
    "judge",
    [pytest.param(judge, marks=pytest.mark.nightly if judge == "manifests" else ()) for judge in JUDGES],
)
def test_every_judge_passes_every_combination_with_them(
    judge: str, extended_trees: dict[str, Path], run: Path
) -> None:
    assert faults(JUDGES[judge], extended_trees, run) == {}


def test_their_variables_agree_everywhere(extended: Renderings, chosen: dict[str, Answers]) -> None:
    need("kubectl")
    root = extended.source
    for name, answers in chosen.items():
        missing = unread(answers["stack"], answers["services"], root)
        assert disagreements(extended.tree(answers), missing, catalog_variables(root)) == [], name


def update(project: Path, answers: Answers, release: str) -> None:
    """Update as everybody does: nothing trusted, the recorded answers but for the given ones."""
    run_update(project, answers, vcs_ref=release, defaults=True, overwrite=True, unsafe=False, quiet=True)


def start(template: Path, project: Path, answers: Answers, release: str) -> Path:
    copy_template(template, project, answers, release)
    return repository(project)


def test_a_project_updates_to_the_release_that_has_them_and_takes_the_service(
    extended: Renderings, tmp_path: Path
) -> None:
    answers: Answers = {"project_name": "demo-svc", "stack": "python-fastapi", "services": ["redis"]}
    wanted = {"services": ["redis", "memcached"]}
    project = start(extended.source, tmp_path / "project", answers, BEFORE)
    update(project, wanted, AFTER)
    fresh = copy_template(extended.source, tmp_path / "fresh", {**answers, **wanted}, AFTER)
    assert files(project) == files(fresh)
    assert "MEMCACHED_URL" in (project / ".env.example").read_text()


def test_a_project_of_the_language_updates_and_keeps_an_edit(extended: Renderings, tmp_path: Path) -> None:
    answers: Answers = {"project_name": "demo-svc", "stack": "dash-inetd", "services": ["redis"]}
    project = start(extended.source, tmp_path / "project", answers, AFTER)
    main = project / "src/main.sh"
    main.write_text(main.read_text() + "# ours\n")
    commit(project, "Edit")
    update(project, {}, LATER)
    assert main.read_text().endswith("# ours\n")
    assert (project / "tests/main.sh").read_text().endswith("sh -n src/serve.sh\n")
    assert "<<<<<<<" not in main.read_text()
