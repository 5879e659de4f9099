"""Fetches a template from anywhere into a folder of its own, without running anything of it."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import git
from scaffold.errors import ExitCode, ScaffoldError, did_you_mean
from scaffold.git import GitError
from scaffold.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALIASES = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}
REMOTE = re.compile(r"(https?|ssh|git)://|[\w.-]+@[\w.-]+:")
SECONDS = 900.0
PATHS = ("copier.yml", "template", "catalog", "hooks")
"""What a template with a catalog consists of; the rest of its repository is not needed."""


def locate(template: str) -> tuple[str, Path | None]:
    """What git calls the template, and its path if it is a local one, which must exist."""
    url = template.removeprefix("git+").removeprefix("file://")
    for alias, prefix in ALIASES.items():
        if url.startswith(alias):
            return prefix + url.removeprefix(alias).removesuffix(".git").strip("/") + ".git", None
    if REMOTE.match(url):
        return url, None
    local = Path(url).expanduser()
    if not url or url.startswith("-") or "::" in url or not local.exists():
        raise ScaffoldError(
            f"there is no template at `{template}`",
            hint="give a folder, a git URL (https, ssh) or gh:OWNER/REPOSITORY",
        )
    return str(local.resolve()), local.resolve()


@contextmanager
def cloned(address: str, ref: str | None) -> Iterator[tuple[Path, str]]:
    """A folder with the template at `address`, and the name of its commit; removed afterwards.

    Without `ref`: the newest release tag, else HEAD.
    """
    with temporary_folder("scaffold-template-") as folder:
        yield folder, _fetch(address, ref, folder)


def _fetch(address: str, ref: str | None, folder: Path) -> str:
    try:
        git.run(
            "clone",
            "--quiet",
            "--no-checkout",
            "--template=",
            "--no-recurse-submodules",
            "--",
            address,
            str(folder),
            seconds=SECONDS,
        )
        commit = _commit(address, ref or newest(_tags(folder)) or "HEAD", folder)
        _check_out(folder, commit)
        return git.run("describe", "--tags", "--always", cwd=folder).strip()
    except GitError as error:
        reason = f"`{address}` cannot be fetched: {error}"
        raise ScaffoldError(
            f"the template {without_credentials(reason)}",
            hint="is the address right, and may this account read it?",
            code=ExitCode.SURROUNDINGS,
        ) from error


def newest(tags: Iterable[str]) -> str | None:
    """The newest release among `tags`; None if there is none."""
    return next(reversed(released(tags)), None)


def released(tags: Iterable[str]) -> list[str]:
    """The releases among `tags`, oldest first, by PEP 440 (`v1.2.3` and `1.2.3` alike)."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 only where tags are compared

    versions: list[tuple[Version, str]] = []
    for tag in tags:
        with suppress(InvalidVersion):
            versions.append((Version(tag), tag))
    return [tag for version, tag in sorted(versions) if not version.is_prerelease]


def _check_out(folder: Path, commit: str) -> None:
    """Write the files of `commit`; of one with a catalog, only what makes such templates."""
    there = git.run("ls-tree", "--name-only", "-z", commit, cwd=folder).split("\0")
    wanted = [path for path in PATHS if path in there] if "catalog" in there else ["."]
    git.run("update-ref", "--no-deref", "HEAD", commit, cwd=folder)
    git.run("checkout", "--quiet", "HEAD", "--", *wanted, cwd=folder)


def without_credentials(url: str) -> str:
    """`url` without a user's name and password, which must not get into a project."""
    return re.sub(r"(https?://)[^/@\s]*@", r"\1", url)


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
