"""Many projects at once: each gets its own update on a branch, and none disturbs another."""

import json
import shutil
from pathlib import Path

import pytest

from scaffold.fleet import merging, tip
from scaffold.fleet.finding import Order
from scaffold.fleet.library import Library
from scaffold.fleet.sources import Repository
from scaffold.settings import Settings
from tests.support.repository import commit, git
from tests.update.fleets import BRANCH, Fleet, ask, fleet
from tests.update.projects import committed, edit, scaffold, state, tree, update

__all__ = ["fleet"]
NEAR = {"src/app.txt": ("app 10\n", "app 10, mine\n")}
FAR = {"src/app.txt": ("app 2\n", "app 2, mine\n")}


def at(repository: Path, ref: str, path: str) -> str:
    return git(repository, "show", f"{ref}:{path}")


def test_status_tells_where_each_project_stands_and_changes_nothing(fleet: Fleet) -> None:
    fleet.add("plain")
    fleet.add("near", NEAR)
    done = fleet.add("done")
    assert update(done).code == 0
    committed(done)
    before = {clone.name: state(clone) for clone in fleet.clones.iterdir()}
    result, found = ask("status", fleet.clones)
    assert result.code == 3
    assert {name: finding["status"] for name, finding in found.items()} == {
        "done": "current",
        "near": "conflict",
        "plain": "behind",
    }
    assert (found["plain"]["version"], found["plain"]["newest"], found["plain"]["behind"]) == (
        "v0.1.0",
        "v0.2.0",
        1,
    )
    assert found["plain"]["answers"] == {"name": "tea", "extra": []}
    assert found["near"]["drift"] == {"changed": 1, "deleted": 0, "added": 0}
    assert [conflict["path"] for conflict in found["near"]["conflicts"]] == ["src/app.txt"]
    assert {clone.name: state(clone) for clone in fleet.clones.iterdir()} == before
    assert ask("status", fleet.clones / "plain")[0].code == 0


def test_a_branch_is_what_an_update_of_the_project_makes(fleet: Fleet, tmp_path: Path) -> None:
    clone = fleet.add("far", FAR)
    twin = Path(shutil.copytree(clone, tmp_path / "twin", symlinks=True))
    before = tree(clone), git(clone, "rev-parse", "HEAD")
    result, found = ask("update", fleet.clones)
    assert (result.code, found["far"]["status"], found["far"]["branch"]) == (0, "updated", BRANCH)
    assert update(twin).code == 0
    commit(twin, "Updated by hand")
    assert git(clone, "rev-parse", f"{BRANCH}^{{tree}}") == git(twin, "rev-parse", "HEAD^{tree}")
    assert git(clone, "rev-parse", f"{BRANCH}^") == before[1]
    assert (tree(clone), git(clone, "rev-parse", "HEAD")) == before
    assert git(clone, "status", "--porcelain") == ""
    assert "app 2, mine" in at(clone, BRANCH, "src/app.txt")


def test_a_dry_run_writes_no_branch(fleet: Fleet) -> None:
    clone = fleet.add("plain")
    before = state(clone)
    result, found = ask("update", "--dry-run", fleet.clones)
    assert (result.code, found["plain"]["status"]) == (0, "planned")
    assert state(clone) == before


def test_a_conflict_is_told_and_gets_no_branch(fleet: Fleet) -> None:
    clone = fleet.add("near", NEAR)
    before = state(clone)
    result, found = ask("update", "--push", fleet.clones)
    assert (result.code, found["near"]["status"]) == (3, "conflict")
    assert state(clone) == before
    assert git(fleet.remote("near"), "branch", "--list", BRANCH) == ""


def test_a_second_run_keeps_the_branch_and_a_moved_project_gets_it_anew(fleet: Fleet) -> None:
    clone = fleet.add("plain")
    first = ask("update", "--push", fleet.clones)[1]["plain"]["commit"]
    assert ask("update", "--push", fleet.clones)[1]["plain"]["commit"] == first
    edit(clone, "src/quiet.txt", "quiet 3\n", "mine\n")
    committed(clone)
    moved = ask("update", "--push", fleet.clones)[1]["plain"]["commit"]
    assert moved != first
    remote = fleet.remote("plain")
    assert git(remote, "rev-parse", BRANCH).strip() == moved == git(clone, "rev-parse", BRANCH).strip()
    assert at(remote, BRANCH, "src/quiet.txt").count("mine") == 1


def test_other_people_s_commits_on_the_branch_are_left_alone(fleet: Fleet) -> None:
    clone, other = fleet.add("local"), fleet.add("remote")
    ask("update", "--push", fleet.clones)
    for repository in (clone, other):
        git(repository, "switch", "--quiet", BRANCH)
        edit(repository, "src/quiet.txt", "quiet 3\n", "mine\n")
        committed(repository)
        git(repository, "push", "--quiet", "origin", BRANCH)
        git(repository, "switch", "--quiet", "main")
        edit(repository, "src/quiet.txt", "quiet 9\n", "main moves\n")
        committed(repository)
    git(other, "branch", "--quiet", "-D", BRANCH)
    tips = {r.name: git(r, "rev-parse", BRANCH) for r in fleet.remotes.iterdir()}
    result, found = ask("update", "--push", fleet.clones)
    assert result.code == 6
    for name in ("local", "remote"):
        assert "work that is not this tool's" in found[name]["error"]
    assert {r.name: git(r, "rev-parse", BRANCH) for r in fleet.remotes.iterdir()} == tips
    assert ask("update", "--push", "--branch", "scaffold/again", fleet.clones)[0].code == 0


def test_urls_are_fetched_once_and_pushed_back(fleet: Fleet, tmp_path: Path) -> None:
    fleet.add("far", FAR)
    urls = fleet.urls()
    result, found = ask("update", "--push", urls)
    assert (result.code, found["far"]["status"], found["far"]["pushed"]) == (0, "updated", True)
    assert "app 2, mine" in at(fleet.remote("far"), BRANCH, "src/app.txt")
    stores = [path for path in (tmp_path / "cache/scaffold/repositories").iterdir() if path.is_dir()]
    assert len(stores) == 1
    objects = sorted((stores[0] / "objects").rglob("*"))
    assert ask("status", urls)[0].code == 0
    assert sorted((stores[0] / "objects").rglob("*")) == objects
    assert git(stores[0], "rev-list", "--count", "refs/scaffold/base").strip() == "1"


def test_without_push_a_url_is_refused_before_anything_is_asked(fleet: Fleet) -> None:
    result = scaffold("fleet", "update", fleet.urls("https://127.0.0.1:1/a.git"))
    assert result.code == 2
    assert "--push" in result.err


def test_twenty_edited_projects_lose_nothing(fleet: Fleet) -> None:
    edits: dict[str, dict[str, tuple[str, str]]] = {}
    for number in range(20):
        path, word = [("src/app.txt", "app"), ("src/old name.txt", "moved"), ("leaving/it.txt", "leaving")][
            number % 3
        ]
        line = number + 1
        edits[f"svc-{number:02}"] = {path: (f"{word} {line}\n", f"{word} {line}, mine in {number}\n")}
    for name, changed in edits.items():
        fleet.add(name, changed)
    result, found = ask("update", "--push", fleet.clones)
    assert result.code == 3
    assert len(found) == 20
    kinds = {finding["status"] for finding in found.values()}
    assert kinds == {"updated", "conflict"}
    for name, changed in edits.items():
        (line,) = (new for _, new in changed.values())
        if found[name]["status"] == "updated":
            remote = fleet.remote(name)
            patch = git(remote, "grep", "-h", "-F", line.strip(), BRANCH)
            assert patch.strip() == line.strip()
            assert "<<<<<<<" not in git(remote, "diff", "main", BRANCH)
        else:
            told = {conflict["path"].replace("/new ", "/old ") for conflict in found[name]["conflicts"]}
            assert set(changed) <= told  # the template renamed one of them


def test_shards_cover_the_fleet_without_overlap(fleet: Fleet) -> None:
    names = [f"svc-{number}" for number in range(5)]
    for name in names:
        fleet.add(name)
    plan = json.loads(scaffold("fleet", "plan", "--shards", "2", fleet.clones).out)
    parts = [ask("status", "--shard", part["shard"], fleet.clones)[1] for part in plan["include"]]
    assert [list(part) for part in parts] == [part["repositories"] for part in plan["include"]]
    assert sorted(name for part in parts for name in part) == names


def test_equal_answers_are_rendered_once(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rendered: list[str] = []
    real = merging.render.render
    monkeypatch.setattr(
        merging.render, "render", lambda *arguments: rendered.append(arguments[3]) or real(*arguments)
    )
    library = Library(tmp_path / "run", tmp_path / "cache")
    for number in range(3):
        clone = fleet.add(f"svc-{number}")
        merger = merging.Merger(library, tmp_path / "run", f"process-{number % 2}", Settings())
        found = tip.of(Repository(clone.name, str(clone)), tmp_path / "cache")
        assert merger.prospect(found, Order()).changes
    assert rendered == ["v0.1.0", "v0.2.0"]
