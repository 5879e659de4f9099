"""One broken repository never stops the others; secrets stay secret; an interrupted run goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scaffold.fleet import pool
from tests.support.repository import ROOT, commit, git, repository
from tests.update import synthetic
from tests.update.fleets import BRANCH, Fleet, ask, fleet
from tests.update.projects import edit, scaffold, state

__all__ = ["fleet"]
PATIENCE = 60
BOMBS = {
    "time": "[% for a in range(99999) %][% for b in range(99999) %][% endfor %][% endfor %]",
    "memory": "[[ 'x' * 99999999999 ]]",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_template_that_loops_or_allocates_stops_nobody_else(
    fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: str
) -> None:
    worker = "import scaffold.confined as c, scaffold.fleet.worker as w; c.SECONDS = 2; w.main()"
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-c", worker))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    fleet.add("whole")
    hostile = synthetic.template(tmp_path / "hostile")
    synthetic.release(hostile, {**synthetic.SECOND, "template/bomb.txt.jinja": BOMBS[bomb]}, "v0.3.0")
    victim = fleet.add("victim")
    edit(victim, ".copier-answers.yml", str(fleet.releases.source), str(hostile))
    commit(victim, "Move")
    result, found = ask("update", fleet.clones)
    assert (result.code, found["whole"]["status"]) == (6, "updated"), result
    assert "takes more than" in found["victim"]["error"]


def break_each(fleet: Fleet) -> dict[str, str]:
    """Repositories that are broken in every way; a word of the reason by name."""
    clones = fleet.clones
    (clones / "strange").mkdir()
    repository(clones / "strange")
    (clones / "no-git").mkdir()
    (clones / "no-git/.copier-answers.yml").write_text("_commit: v0.1.0\n")
    corrupt = fleet.add("corrupt")
    (corrupt / ".copier-answers.yml").write_text("a: [b\n")
    commit(corrupt, "Break")
    git(clones, "init", "--quiet", "unborn")
    damaged = fleet.add("damaged")
    (damaged / ".git/HEAD").write_text("nonsense\n")
    gone = fleet.add("gone")
    record = gone / ".copier-answers.yml"
    record.write_text(record.read_text().replace(str(fleet.releases.source), str(clones / "nowhere")))
    commit(gone, "Move")
    return {
        "strange": "has no `.copier-answers.yml`",
        "no-git": "git",
        "corrupt": "is not YAML",
        "unborn": "nothing has ever been committed",
        "damaged": "git cannot read it",
        "gone": "there is no template",
    }


def test_each_broken_repository_is_named_and_the_others_are_done(fleet: Fleet) -> None:
    fleet.add("whole")
    detached = fleet.add("detached")
    git(detached, "switch", "--quiet", "--detach")
    dirty = fleet.add("dirty")
    (dirty / "README.md").write_text("half a thought\n")
    git(fleet.clones, "clone", "--quiet", "--bare", str(dirty), "bare")
    before = state(dirty)[0]
    reasons = break_each(fleet)
    result, found = ask("update", fleet.clones)
    assert result.code == 6
    assert {name for name, finding in found.items() if finding["status"] == "refused"} == set(reasons)
    for name, reason in reasons.items():
        assert reason in found[name]["error"]
    assert {name for name, finding in found.items() if finding["status"] == "updated"} == {
        "whole",
        "detached",
        "dirty",
        "bare",
    }
    assert "detached" in found["detached"]["notes"][0]
    assert "not committed" in found["dirty"]["notes"][0]
    assert state(dirty)[0] == before


def test_a_protected_branch_is_told_by_name(fleet: Fleet) -> None:
    fleet.add("guarded")
    fleet.add("open")
    hook = fleet.remote("guarded") / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    result, found = ask("update", "--push", fleet.clones)
    assert result.code == 6
    assert "refuses the branch" in found["guarded"]["error"]
    assert found["open"]["pushed"]


def test_odd_urls_are_refused_and_secrets_are_nowhere(fleet: Fleet, tmp_path: Path) -> None:
    fleet.add("fine")
    mark = tmp_path / "mark"
    odd = [
        f"ext::sh -c touch% {mark}",
        f"--upload-pack=touch {mark}",
        f"ssh://-oProxyCommand=touch${{IFS}}{mark}/x",
        "https://name:s3cr3tpw@127.0.0.1:1/a/one.git",
        "https://tok3nvalue@127.0.0.1:1/b/one.git?private=qu3rypart",
    ]
    result, found = ask("status", fleet.urls(*odd))
    assert result.code == 6
    assert sum(finding["status"] == "refused" for finding in found.values()) == len(odd)
    assert found["fine"]["status"] == "behind"
    assert not mark.exists()
    kept = "".join(
        path.read_text(errors="replace")
        for folder in ("cache", "state")
        for path in (tmp_path / folder).rglob("*")
        if path.is_file()
    )
    for secret in ("s3cr3tpw", "tok3nvalue", "qu3rypart"):
        assert secret not in result.out + result.err + kept
    assert {"a/one", "b/one"} <= set(found)


def test_a_project_s_own_configuration_runs_nothing(fleet: Fleet, tmp_path: Path) -> None:
    clone, trap = fleet.add("armed"), tmp_path / "trap"
    trap.write_text('#!/bin/sh\ntouch "$0.sprung"\n')
    trap.chmod(0o755)
    (clone / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("pre-push", "reference-transaction", "pre-commit", "post-index-change"):
        (clone / f".git/hooks/{hook}").symlink_to(trap)
    for key in ("core.fsmonitor", "core.sshCommand", "credential.helper", "remote.origin.receivepack"):
        git(clone, "config", key, str(trap))
    result, found = ask("update", "--push", fleet.clones)
    assert (result.code, found["armed"]["pushed"]) == (0, True)
    assert not trap.with_name("trap.sprung").exists()


def test_a_killed_run_goes_on_where_it_was(fleet: Fleet, tmp_path: Path) -> None:
    for number in range(8):
        fleet.add(f"svc-{number}")
    command = [sys.executable, "-m", "scaffold", "fleet", "update", "--jobs", "1", str(fleet.clones)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for ending in (signal.SIGKILL, signal.SIGINT):
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        for line in process.stderr:
            if "updated" in line:
                break
        process.send_signal(ending)
        process.stderr.close()
        process.wait(PATIENCE)
    (noted,) = (tmp_path / "state/scaffold/fleet").iterdir()
    done = [json.loads(line)["name"] for line in noted.read_text().splitlines()]
    assert 2 <= len(done) < 8
    result = scaffold("fleet", "update", "--jobs", "1", fleet.clones)
    assert result.code == 0
    assert f"going on after {len(done)} of 8" in result.err
    assert not any(f" {name}: " in result.err for name in done)
    for clone in fleet.clones.iterdir():
        assert git(clone, "rev-list", "--count", f"main..{BRANCH}").strip() == "1"
    assert not noted.exists()
    until = time.monotonic() + PATIENCE
    while list((tmp_path / "cache/scaffold/runs").iterdir()) and time.monotonic() < until:
        time.sleep(0.1)
    assert not list((tmp_path / "cache/scaffold/runs").iterdir())
