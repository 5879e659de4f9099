"""Where a template comes from: a flag, the settings, the checkout the CLI runs from, or its wheel."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import git
from scaffold.errors import ExitCode, ScaffoldError, did_you_mean
from scaffold.git import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scaffold.settings import Settings

PACKAGE = Path(__file__).parent
DISTRIBUTION = "twelvefactor-scaffold"
ALIASES = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}
REMOTE = re.compile(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:")
TEMPLATE_PATHS = ("copier.yml", "template", "catalog", "hooks")


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
            yield source
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
            yield source


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


def newest(tags: Iterable[str]) -> str | None:
    """The newest release among `tags`, by PEP 440 (`v1.2.3` and `1.2.3` alike); None if there is none."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 only where tags are compared

    versions: list[tuple[Version, str]] = []
    for tag in tags:
        with suppress(InvalidVersion):
            versions.append((Version(tag), tag))
    return max((found for found in versions if not found[0].is_prerelease), default=(None, None))[1]


def _own_checkout() -> Path | None:
    root = PACKAGE.parents[1]
    return root if (root / "copier.yml").is_file() and (root / "template").is_dir() else None


def _checkout(root: Path, *, is_ours: bool) -> Source:
    """The working tree at `root`, uncommitted changes included; the last real commit is recorded."""
    try:
        commit = git.run("describe", "--tags", "--always", cwd=root).strip()
        dirty = git.run("status", "--porcelain", "--", *TEMPLATE_PATHS, cwd=root).strip()
    except (GitError, ScaffoldError):
        return Source(
            root,
            str(root),
            None,
            is_ours,
            (f"`{root}` is no git repository: the project cannot be updated later",),
        )
    warnings = (
        (f"the template has uncommitted changes; they are used, and `{commit}` is recorded",) if dirty else ()
    )
    return Source(root, str(root), commit, is_ours, warnings)


@contextmanager
def _given(template: str, ref: str | None, *, is_ours: bool) -> Iterator[Source]:
    url, local = _location(template)
    if local is not None and not (local / ".git").exists() and not _is_bare(local):
        if ref is not None:
            raise ScaffoldError(
                f"`{template}` is no git repository, so it has no `{ref}`", hint="leave --ref out"
            )
        yield Source(
            local,
            str(local),
            None,
            is_ours,
            (f"`{local}` is no git repository: the project cannot be updated later",),
        )
        return
    if local is not None and ref == "HEAD" and (local / ".git").exists():
        yield _checkout(local, is_ours=is_ours)
        return
    folder = Path(tempfile.mkdtemp(prefix="scaffold-template-"))
    try:
        yield _clone(template, url, ref, folder, is_ours=is_ours)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _location(template: str) -> tuple[str, Path | None]:
    """The URL to clone, or the path of a local template, which must exist."""
    url = template.removeprefix("git+").removeprefix("file://")
    for alias, prefix in ALIASES.items():
        if url.startswith(alias):
            return prefix + url.removeprefix(alias).removesuffix(".git").strip("/") + ".git", None
    if REMOTE.match(url):
        return url, None
    local = Path(url).expanduser()
    if url.startswith("-") or "::" in url or not local.exists():
        raise ScaffoldError(
            f"there is no template at `{template}`",
            hint="give a folder, a git URL (https, ssh) or gh:OWNER/REPOSITORY",
        )
    return str(local.resolve()), local.resolve()


def _is_bare(folder: Path) -> bool:
    return folder.is_file() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def _clone(template: str, url: str, ref: str | None, folder: Path, *, is_ours: bool) -> Source:
    try:
        git.run(
            "clone",
            "--quiet",
            "--no-checkout",
            "--template=",
            "--no-recurse-submodules",
            "--",
            url,
            str(folder),
        )
    except GitError as error:
        raise ScaffoldError(
            f"the template `{without_credentials(template)}` cannot be fetched: {error}",
            hint="is the address right, and may this account read it?",
            code=ExitCode.SURROUNDINGS,
        ) from error
    wanted = ref or newest(_tags(folder)) or "HEAD"
    _check_out(folder, _commit(template, wanted, folder))
    described = git.run("describe", "--tags", "--always", cwd=folder).strip()
    warnings = ("the template's submodules are left out",) if (folder / ".gitmodules").exists() else ()
    return Source(folder, without_credentials(_recorded(template)), described, is_ours, warnings)


def _check_out(folder: Path, commit: str) -> None:
    """Write the files of `commit`; of one with a catalog, only what makes such templates."""
    there = git.run("ls-tree", "--name-only", "-z", commit, cwd=folder).split("\0")
    wanted = [path for path in TEMPLATE_PATHS if path in there] if "catalog" in there else ["."]
    git.run("update-ref", "--no-deref", "HEAD", commit, cwd=folder)
    git.run("checkout", "--quiet", "HEAD", "--", *wanted, cwd=folder)


def _recorded(template: str) -> str:
    local = _location(template)[1]
    return template if local is None else str(local)


def without_credentials(url: str) -> str:
    """`url` without a user's name and password, which must not get into a project."""
    return re.sub(r"^((?:git\+)?https?://)[^/@]*@", r"\1", url)


def _tags(folder: Path) -> list[str]:
    return git.run("tag", "--list", cwd=folder).split()


def _commit(template: str, ref: str, folder: Path) -> str:
    """The full hash that `ref` (a tag, a branch, a commit) means in the clone at `folder`."""
    for candidate in (ref, f"origin/{ref}"):
        if ref.startswith("-"):
            break
        try:
            return git.run("rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}", cwd=folder).strip()
        except GitError:
            continue
    hint = did_you_mean(ref, _tags(folder)) + "give a tag, a branch or a commit with --ref"
    raise ScaffoldError(f"the template `{without_credentials(template)}` has no `{ref}`", hint=hint)
