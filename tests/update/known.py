"""Releases that are checked out once and rendered once for each answer, for tests with very many updates."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scaffold import place, render
from scaffold.questions import Form, load
from scaffold.render import Rendering
from scaffold.settings import Settings
from scaffold.shelf import Shelf, resolved
from scaffold.versions import Version, Versions
from tests.support.repository import commit, git
from tests.update import history
from tests.update.projects import tree

if TYPE_CHECKING:
    from scaffold.shelf import Given


@dataclass(repr=False)
class Known(Shelf):
    """A shelf without processes of its own, and projects of what it renders."""

    source: Path
    folder: Path
    _forms: dict[Path, Form] = field(default_factory=dict)
    _made: dict[str, Rendering] = field(default_factory=dict)
    _trees: dict[Path, dict[str, tuple[str, bytes]]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Known"

    def version(self, tag: str) -> Version:
        """The release `tag`."""
        root = self.folder / "releases" / tag
        if not root.is_dir():
            git(self.folder.parent, "clone", "--quiet", "--branch", tag, str(self.source), str(root))
        return Version(root, str(self.source), tag)

    @contextmanager
    def between(self, _source: str, commit: str, ref: str | None, _: Settings) -> Iterator[Versions]:
        new = self.version(ref or commit)
        yield Versions(new if ref in {None, commit} else self.version(commit), new)

    @contextmanager
    def at(self, _source: str, commit: str, _: Settings) -> Iterator[Versions]:
        yield Versions(self.version(commit), self.version(commit))

    def answer(
        self, version: Version, recorded: Mapping[str, Any], given: "Given", settings: Settings
    ) -> Mapping[str, Any]:
        return resolved(version.root, recorded, given, settings)

    def render(self, jobs: Sequence[tuple[Version, Mapping[str, Any]]]) -> list[Rendering]:
        return [self._rendering(version, values) for version, values in jobs]

    def fresh(self, tag: str, answers: Mapping[str, Any]) -> dict[str, tuple[str, bytes]]:
        """What a new project of release `tag` consists of."""
        return self._trees[self._committed(tag, answers)]

    def project(self, tag: str, answers: Mapping[str, Any], folder: Path) -> Path:
        """A committed project of release `tag`."""
        return Path(shutil.copytree(self._committed(tag, answers), folder, symlinks=True))

    def _committed(self, tag: str, answers: Mapping[str, Any]) -> Path:
        words = "-".join("+".join(value) if isinstance(value, list) else value for value in answers.values())
        folder = self.folder / "projects" / f"{tag}-{words}"
        if not folder.is_dir():
            place.write(self._rendering(self.version(tag), answers), folder)
            git(folder, "init", "--quiet", "--initial-branch", "main")
            commit(folder, "Start")
            self._trees[folder] = tree(folder)
        return folder

    def _rendering(self, version: Version, values: Mapping[str, Any]) -> Rendering:
        key = repr((version, sorted(values.items())))
        if key not in self._made:
            if version.root not in self._forms:
                self._forms[version.root] = load(version.root)
            form = self._forms[version.root]
            self._made[key] = render.render(version.root, values, version.src_path, version.commit, form)
        return self._made[key]


@pytest.fixture(scope="session")
def ten_releases(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """The template of `history`, each release rendered once for each answer."""
    folder = tmp_path_factory.mktemp("history")
    return Known(history.template(folder / "source"), folder / "known")


@pytest.fixture(scope="module")
def known(ten_releases: Known) -> Iterator[Known]:
    """The same, as what the command line takes its releases from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scaffold.update.Shelf", lambda: ten_releases)
        patch.setattr("scaffold.durable._sync", lambda _: None)  # no power cut here, and disks are slow
        yield ten_releases
