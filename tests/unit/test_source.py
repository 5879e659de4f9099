"""Where a template comes from, and what is recorded of it."""

from pathlib import Path

import pytest

from scaffold import clone, source
from scaffold.errors import ScaffoldError
from scaffold.settings import Settings
from tests.support.repository import ROOT


@pytest.mark.parametrize(
    ("tags", "newest"),
    [
        ([], None),
        (["v1.2.3", "1.2.4"], "1.2.4"),
        (["v1.10.0", "v1.9.0"], "v1.10.0"),
        (["v2.0.0rc1", "v1.0.0"], "v1.0.0"),
        (["latest", "release-1", "v0.1"], "v0.1"),
        (["v1.0.0.post1", "v1.0.0"], "v1.0.0.post1"),
        (["v3.0.0a1"], None),
    ],
)
def test_the_newest_release_is_found_as_copier_does(tags: list[str], newest: str | None) -> None:
    assert clone.newest(tags) == newest


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("gh:owner/repository", "https://github.com/owner/repository.git"),
        ("gl:group/sub/repository.git", "https://gitlab.com/group/sub/repository.git"),
        ("git+https://git.example.com/x", "https://git.example.com/x"),
        ("https://git.example.com/x", "https://git.example.com/x"),
        ("git@git.example.com:team/x.git", "git@git.example.com:team/x.git"),
        ("ssh://git@git.example.com/x", "ssh://git@git.example.com/x"),
    ],
)
def test_a_remote_template_is_known_by_its_address(given: str, address: str) -> None:
    assert clone.locate(given) == (address, None)


def test_a_local_template_is_recorded_absolute(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(template.parent)
    for given in ("template", "./template", f"file://{template}"):
        with source.open(given, None, Settings()) as found:
            assert (found.src_path, found.commit) == (str(template), "v1.0.0")
            assert not found.is_ours


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://user:secret@git.example.com/x", "https://git.example.com/x"),
        ("https://token@git.example.com/x@y", "https://git.example.com/x@y"),
        ("git@git.example.com:x", "git@git.example.com:x"),
    ],
)
def test_credentials_are_never_recorded(address: str, clean: str) -> None:
    assert clone.without_credentials(address) == clean


def test_a_folder_without_git_is_used_as_it_is(template: Path, tmp_path: Path) -> None:
    (template / ".git").rename(tmp_path / "elsewhere")
    with source.open(str(template), None, Settings()) as found:
        assert (found.root, found.commit) == (template, None)
        assert "cannot be updated" in found.warnings[0]
    with (
        pytest.raises(ScaffoldError, match="no git repository, so it has no `v1`"),
        source.open(str(template), "v1", Settings()),
    ):
        pass


def test_without_a_flag_it_is_the_checkout_that_the_cli_runs_from() -> None:
    with source.open(None, None, Settings()) as found:
        assert (found.root, found.src_path, found.is_ours) == (ROOT, str(ROOT), True)


def test_the_settings_template_is_trusted_and_a_flag_wins(template: Path) -> None:
    with source.open(None, None, Settings(template=str(template))) as found:
        assert (found.src_path, found.is_ours) == (str(template), True)
    with source.open(str(ROOT), "HEAD", Settings(template=str(template))) as found:
        assert (found.src_path, found.is_ours) == (str(ROOT), False)


def test_a_folder_that_is_no_template_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ScaffoldError, match=r"it has no copier.yml"),
        source.open(str(tmp_path), None, Settings()),
    ):
        pass


def test_the_wheel_records_the_projects_address_and_its_tag(
    template: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(source, "PACKAGE", tmp_path / "site-packages/scaffold")
    (tmp_path / "site-packages/scaffold").mkdir(parents=True)
    (template / ".git").rename(tmp_path / "elsewhere")
    template.rename(tmp_path / "site-packages/scaffold/bundle")
    with source.open(None, None, Settings()) as found:
        assert (found.src_path, found.commit) == (source.repository_url(), source.bundled_tag())
        assert found.src_path.startswith("https://")
        assert found.is_ours
    with (
        pytest.raises(ScaffoldError, match="not the template in this installation"),
        source.open(None, "v0.0.1", Settings()),
    ):
        pass
