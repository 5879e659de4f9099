"""A template that means harm, or an address that does, is refused or harmless."""

import socket
import time
from pathlib import Path

import pytest

from scaffold import clone, confined
from tests.support.repository import commit, git
from tests.update import synthetic
from tests.update.projects import Releases, committed, edit, scaffold, state, tree, update


@pytest.fixture
def hostile(tmp_path: Path) -> Releases:
    """A template of its own, to which a test adds a bad release."""
    return Releases(synthetic.template(tmp_path / "source"), tmp_path / "projects")


def release(hostile: Releases, extra: dict[str, str | bytes]) -> None:
    synthetic.release(hostile.source, {**synthetic.SECOND, **extra}, "v0.3.0")


def refused(project: Path, *arguments: str) -> str:
    """What is said of an update that changed nothing."""
    before = state(project)
    result = update(project, *arguments)
    assert result.code, result
    assert (state(project) == before, "Traceback" in result.err) == (True, False)
    return result.err


BOMBS = {
    "loops": "[% for a in range(99999) %][% for b in range(99999) %][% endfor %][% endfor %]",
    "text": "[[ 'x' * 99999999999 ]]",
    "padding": "[[ 'x' | center(9999999999) ]]",
    "doubling": "[% set ns = namespace(x='xxxxxxxx') %]"
    "[% for a in range(60) %][% set ns.x = ns.x ~ ns.x %][% endfor %]",
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("place", ["file", "question"])
def test_a_jinja_bomb_ends_in_time(
    hostile: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: str, place: str
) -> None:
    monkeypatch.setattr(confined, "SECONDS", 5)
    monkeypatch.setattr(confined, "MEMORY", 256 * 1024**2)
    project = hostile.project(tmp_path / "project")
    question = f'bomb: {{type: str, default: "{BOMBS[bomb]}"}}\n'
    release(
        hostile,
        {"template/bomb.txt.jinja": BOMBS[bomb]}
        if place == "file"
        else {"copier.yml": synthetic.SETTINGS + question},
    )
    start = time.monotonic()
    said = refused(project)
    assert "takes more than" in said or "cannot be rendered" in said, said
    assert time.monotonic() - start < 60


def test_files_beyond_measure_are_refused(
    hostile: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scaffold.shelf.LARGEST", 1024**2)
    project = hostile.project(tmp_path / "project")
    release(hostile, {"template/huge.bin": b"\0" * (2 * 1024**2)})
    assert "renders 2 MiB, and 1 MiB are the most" in refused(project)


@pytest.mark.parametrize(
    "name",
    [
        "template/[[ '..' ]]/[[ '..' ]]/outside.txt",
        "template/[[ '.git' ]]/hooks/post-commit",
        "template/[[ '.GIT' ]]/config",
        "template/[[ '/' ]]tmp/outside.txt",
    ],
)
def test_a_path_that_leads_out_is_refused(hostile: Releases, tmp_path: Path, name: str) -> None:
    project = hostile.project(tmp_path / "project")
    release(hostile, {name: "out\n"})
    before = sorted(path.name for path in tmp_path.iterdir())
    refused(project)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_link_in_the_template_reads_nothing_of_this_machine(hostile: Releases, tmp_path: Path) -> None:
    project = hostile.project(tmp_path / "project")
    (tmp_path / "secret").write_text("a secret\n")
    (hostile.source / "template/link.txt").symlink_to(tmp_path / "secret")
    commit(hostile.source, "Link", "v0.3.0")
    refused(project)
    assert not any(b"a secret" in content for _, content in tree(project).values())


def test_hooks_of_the_template_s_repository_do_not_run(hostile: Releases, tmp_path: Path) -> None:
    project = hostile.project(tmp_path / "project")
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        path = hostile.source / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
        path.chmod(0o755)
    release(hostile, {"hooks/10-run.sh": f"touch {tmp_path}/sprung\n"})
    (tmp_path / "sprung").unlink(missing_ok=True)
    assert update(project).code == 0
    assert not (tmp_path / "sprung").exists()


def test_refs_with_odd_names_do_no_harm(hostile: Releases, tmp_path: Path) -> None:
    project = hostile.project(tmp_path / "project")
    for repository in (hostile.source, project):
        for name in ("refs/heads/HEAD", "refs/tags/HEAD", "refs/heads/$(touch x)", "refs/tags/--x"):
            try:
                git(repository, "update-ref", name.replace(" ", "%20"), "HEAD~0")
            except Exception:  # noqa: S112 this git refuses the name itself
                continue
    assert update(project).code == 0
    assert tree(project) == tree(hostile.fresh("v0.2.0"))


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c touch% sprung",
        "git+ext::sh -c touch% sprung",
        "file://ext::sh -c touch% sprung",
        "--upload-pack=touch sprung",
        "-oProxyCommand=touch sprung",
        "ssh://-oProxyCommand=touch%20sprung/x",
        "git@-oProxyCommand=touch:x",
        "fd::17",
    ],
)
def test_a_hostile_address_runs_nothing(
    small: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(tmp_path)
    project = small.project(tmp_path / "project")
    edit(project, ".copier-answers.yml", f"_src_path: {small.source}", f"_src_path: '{address}'")
    refused(committed(project))
    result = scaffold("diff", project, "--own", f"--template={address}")
    assert result.code in {2, 6}, result
    assert not list(tmp_path.rglob("sprung*"))


def test_a_server_that_never_answers_is_given_up(
    small: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clone, "SECONDS", 0.5)
    project = small.project(tmp_path / "project")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"git://127.0.0.1:{silent.getsockname()[1]}/template"
        edit(project, ".copier-answers.yml", f"_src_path: {small.source}", f"_src_path: {address}")
        assert "no answer within 0.5 s" in refused(committed(project))


def test_submodules_of_a_project_are_not_fetched(small: Releases, tmp_path: Path) -> None:
    project = small.project(tmp_path / "project")
    (project / ".gitmodules").write_text(
        '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% sprung\n\tupdate = !touch sprung\n'
    )
    name = git(project, "rev-parse", "HEAD").strip()
    git(project, "update-index", "--add", "--cacheinfo", f"160000,{name},x")
    git(project, "config", "submodule.recurse", "true")
    git(project, "config", "submodule.x.url", "ext::sh -c touch% sprung")
    git(project, "config", "submodule.x.active", "true")
    git(project, "add", ".gitmodules")
    git(project, "commit", "-qm", "Submodule")
    (project / "x").mkdir(exist_ok=True)
    assert update(project).code == 0
    assert not list(tmp_path.rglob("sprung*"))
