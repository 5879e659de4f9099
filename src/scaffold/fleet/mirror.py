"""Bare copies of repositories in the cache directory, each fetched at most once in a run."""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.fleet.address import as_remote, scrubbed, shown
from scaffold.gitcommand import GitError, call

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ASKING, FETCHING = 60.0, 900.0
QUIET_STORE = (
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.writeCommitGraph=false",
    "credential.interactive=false",
)


def cache() -> Path:
    """Where copies are kept from run to run; only this user may look into it."""
    import platformdirs  # noqa: PLC0415 slow

    folder = platformdirs.user_cache_path("scaffold", appauthor=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def key(*parts: str) -> str:
    """A file name that stands for `parts`."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for every other process that holds `path`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def ask(address: str, patterns: Sequence[str], cwd: Path) -> dict[str, str]:
    """Hashes of the refs that the repository at `address` has by `patterns`; `symbolic HEAD` is a name."""
    listed = remote(address, "ls-remote", "--symref", "fleet", *patterns, cwd=cwd, seconds=ASKING)
    found: dict[str, str] = {}
    for line in listed.decode(errors="replace").splitlines():
        value, _, name = line.partition("\t")
        found[f"symbolic {name}" if value.startswith("ref: ") else name] = value.removeprefix("ref: ")
    return found


def fetch(address: str, repository: Path, *options: str, environment: dict[str, str] | None = None) -> None:
    """Fetch into the bare `repository`, which is made if it is not there; nothing is noted of the address."""
    if not (repository / "HEAD").is_file():
        repository.mkdir(mode=0o700, parents=True, exist_ok=True)
        call("init", "--quiet", "--bare", "--template=", ".", cwd=repository)
    quiet = (
        "--quiet",
        "--force",
        "--no-write-fetch-head",
        "--no-auto-maintenance",
        "--no-recurse-submodules",
    )
    where = {"GIT_DIR": str(repository), **(environment or {})}
    remote(address, "fetch", *quiet, *options, cwd=repository, seconds=FETCHING, environment=where)


def remote(
    address: str,
    *arguments: str,
    cwd: Path,
    seconds: float,
    accepted: Sequence[int] = (0,),
    environment: dict[str, str] | None = None,
) -> bytes:
    """Output of a git command about the remote `fleet`, which is `address`; exit 6 if it is out of reach."""
    surroundings = {**as_remote(address), **(environment or {})}
    try:
        return call(
            *arguments,
            cwd=cwd,
            settings=QUIET_STORE,
            environment=surroundings,
            accepted=accepted,
            seconds=seconds,
        )
    except GitError as error:
        raise ScaffoldError(
            f"`{shown(address)}` cannot be reached: {scrubbed(error.message, address)}",
            hint="is the address right, and may this account read it?",
            code=ExitCode.SURROUNDINGS,
        ) from error
