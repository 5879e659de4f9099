"""Where a template comes from: a flag, the settings, the checkout the CLI runs from, or its wheel."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import clone, git
from scaffold.clone import without_credentials
from scaffold.errors import ScaffoldError
from scaffold.git import GitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scaffold.settings import Settings

__all__ = ["Source", "bundled_tag", "open", "own_root", "repository_url", "without_credentials"]

PACKAGE = Path(__file__).parent
DISTRIBUTION = "twelvefactor-scaffold"
NOT_GIT = "`{}` is no git repository: the project cannot be updated later"


@dataclass(frozen=True)
class Source:
    """A template on disk at `root`; `src_path` and `commit` are what a project records of it.

    `is_ours`: it is this project's own template or one that the settings name, so its hooks may run.
    """

    root: Path
    src_path: str
    commit: str | None
    is_ours: bool
    warnings: tuple[str, ...] = ()


@contextmanager
def open(template: str | None, ref: str | None, settings: Settings) -> Iterator[Source]:  # noqa: A001 source.open
    """The template that a command works with: `template` at `ref`, else that of the settings, else our own.

    Without `ref`: the newest release tag, else HEAD. What had to be cloned is removed afterwards.
    """
    trusted = template is None or template in (settings.template, repository_url())
    if template is None and settings.template:
        template, ref = settings.template, ref or settings.ref
    if template is not None:
        with _given(template, ref, is_ours=trusted) as source:
            yield _templates(source)
    elif (own := _own_checkout()) is None:
        if ref not in (None, bundled_tag()):
            raise ScaffoldError(
                f"`{ref}` is not the template in this installation", hint="name its source with --template"
            )
        yield Source(PACKAGE / "bundle", repository_url(), bundled_tag(), is_ours=True)
    elif ref is None:
        yield _checkout(own, is_ours=True)
    else:
        with _given(str(own), ref, is_ours=True) as source:
            yield _templates(source)


def own_root() -> Path:
    """The template of this installation: the checkout that the CLI runs from, or the copy in the wheel."""
    return _own_checkout() or PACKAGE / "bundle"


def repository_url() -> str:
    """The one URL of this project, `Repository` in its metadata."""
    from importlib import metadata  # noqa: PLC0415 slow, and only the wheel needs it

    urls = metadata.metadata(DISTRIBUTION).get_all("Project-URL") or []
    return str(dict(entry.split(", ", 1) for entry in urls)["Repository"])


def bundled_tag() -> str:
    """The release that the copy in the wheel was made from."""
    from importlib import metadata  # noqa: PLC0415 slow, and only the wheel needs it

    return "v" + metadata.version(DISTRIBUTION)


def _own_checkout() -> Path | None:
    root = PACKAGE.parents[1]
    return root if (root / "copier.yml").is_file() and (root / "template").is_dir() else None


def _checkout(root: Path, *, is_ours: bool) -> Source:
    """The working tree at `root`, uncommitted changes included; the last real commit is recorded."""
    try:
        commit = git.run("describe", "--tags", "--always", cwd=root).strip()
        dirty = git.run("status", "--porcelain", "--", *clone.PATHS, cwd=root).strip()
    except (GitError, ScaffoldError):
        return Source(root, str(root), None, is_ours, (NOT_GIT.format(root),))
    warnings = (
        (f"the template has uncommitted changes; they are used, and `{commit}` is recorded",) if dirty else ()
    )
    return Source(root, str(root), commit, is_ours, warnings)


@contextmanager
def _given(template: str, ref: str | None, *, is_ours: bool) -> Iterator[Source]:
    address, local = clone.locate(template)
    is_tree = local is not None and (local / ".git").exists()
    if local is not None and local.is_dir() and not is_tree and not (local / "HEAD").is_file():
        if ref is not None:
            message = f"`{template}` is no git repository, so it has no `{ref}`"
            raise ScaffoldError(message, hint="leave --ref out")
        yield Source(local, str(local), None, is_ours, (NOT_GIT.format(local),))
    elif local is not None and is_tree and ref == "HEAD":
        yield _checkout(local, is_ours=is_ours)
    else:
        with clone.cloned(address, ref) as (folder, commit):
            recorded = address if local else without_credentials(template)
            warnings = (
                ("the template's submodules are left out",) if (folder / ".gitmodules").exists() else ()
            )
            yield Source(folder, recorded, commit, is_ours, warnings)


def _templates(source: Source) -> Source:
    """`source`, if it is a template at all."""
    if not any((source.root / name).is_file() for name in ("copier.yml", "copier.yaml")):
        raise ScaffoldError(
            f"`{source.src_path}` is no template: it has no copier.yml", hint="name another with --template"
        )
    return source
