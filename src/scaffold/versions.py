"""Two versions of one template, side by side: the one that a project came from, and the one it goes to."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import clone, git, source
from scaffold.errors import ScaffoldError, did_you_mean
from scaffold.git import GitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scaffold.settings import Settings


@dataclass(frozen=True)
class Version:
    """A template's files on disk, and what a project made from them records."""

    root: Path
    src_path: str
    commit: str


@dataclass(frozen=True)
class Versions:
    """The version that a project has, and the one that it is to have; equal ones are one object.

    `warnings` say what a person should know of the new one.
    """

    old: Version
    new: Version
    warnings: tuple[str, ...] = ()

    def recorded(self, src_path: str, commit: str) -> Version:
        """The old version under the names that a project records for it."""
        return replace(self.old, src_path=src_path, commit=commit)


@contextmanager
def between(template: str, commit: str, ref: str | None, settings: Settings) -> Iterator[Versions]:
    """Version `commit` of `template`, and version `ref` of it; the template is fetched once.

    Without `ref` the new version is the newest release, or the old one where the project is past that.
    """
    with (
        source.open(template, ref, settings) as newest,
        tempfile.TemporaryDirectory(prefix="scaffold-old-") as name,
    ):
        if newest.commit is None:
            raise ScaffoldError(
                f"`{template}` has no history", hint="name the template's git repository with --template"
            )
        had, wanted = _commit(newest.root, commit, template), _commit(newest.root, "HEAD", template)
        new = Version(newest.root, newest.src_path, newest.commit)
        if had == wanted:
            yield Versions(new, new, newest.warnings)
            return
        old = Version(Path(name), newest.src_path, commit)
        _check_out(newest.root, had, old.root)
        stays = ref is None and _contains(newest.root, had, wanted)
        yield Versions(old, old if stays else new, newest.warnings)


def _commit(repository: Path, ref: str, template: str) -> str:
    try:
        return git.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", cwd=repository
        ).strip()
    except GitError as error:
        near = did_you_mean(ref, git.run("tag", "--list", cwd=repository).split())
        raise ScaffoldError(
            f"the template `{clone.without_credentials(template)}` has no `{ref}`, as recorded",
            hint=f"{near}if the template has moved, name its place with --template",
        ) from error


def _contains(repository: Path, commit: str, ancestor: str) -> bool:
    try:
        git.run("merge-base", "--is-ancestor", ancestor, commit, cwd=repository)
    except GitError:
        return False
    return True


def _check_out(repository: Path, commit: str, folder: Path) -> None:
    options = ("--quiet", "--shared", "--no-checkout", "--template=", "--no-recurse-submodules")
    git.run("clone", *options, "--", str(repository), str(folder))
    git.run("checkout", "--quiet", "--detach", commit, cwd=folder)
