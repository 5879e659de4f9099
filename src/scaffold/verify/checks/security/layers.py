"""What was put into the image, and who may change it."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from scaffold.verify.bench import Bench
from scaffold.verify.layers import Entry, Export
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.runners.docker import DockerRunner

PRIVATE_KEY = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n(?:[\w-]+: .*\r?\n|\r?\n)*[A-Za-z0-9+/=\r\n]{60}"
)
TOKEN = re.compile(rb"_authToken ?= ?[^\s$]|_password ?= ?[^\s$]|^machine \S+\s+login ", re.MULTILINE)
TOKEN_FILES = (".npmrc", ".netrc", ".pypirc", "pip.conf", ".yarnrc.yml")
CREDENTIALS = (".env", ".git-credentials", ".pgpass", ".aws/credentials", ".docker/config.json")
INSTALLED = {"site-packages", "dist-packages", "node_modules", "vendor"}


@dataclass(frozen=True)
class Contents:
    """What a look into every layer found."""

    count: int
    credentials: tuple[PurePosixPath, ...]
    program: tuple[Entry, ...]
    """Files and folders of the working directory, as the last layer that has them leaves them."""


def contents(bench: Bench) -> tuple[DockerRunner, Contents]:
    """Look into every layer, once for all checks."""
    runner = bench.site.runner
    assert isinstance(runner, DockerRunner)  # noqa: S101 - `needs` says so
    home = PurePosixPath(str(runner.configuration().get("WorkingDir") or "/"))
    return runner, bench.once("contents", lambda _: _sorted(Export(runner.image), home))


def _sorted(export: Export, home: PurePosixPath) -> Contents:
    count, credentials, program = 0, [], []
    for entry in export.entries():
        count += 1
        if is_credential(entry):
            credentials.append(entry.path)
        if entry.path.is_relative_to(home) and home.name:
            program.append(entry)
    program.sort(key=lambda entry: export.order.index(entry.layer))
    last = {entry.path: entry for entry in program}
    return Contents(count, tuple(credentials), tuple(last.values()))


def is_credential(entry: Entry) -> bool:
    """Tell whether a file holds a private key, a token, or is a file for nothing else."""
    if not entry.content:
        return False
    if entry.path.name in TOKEN_FILES:
        return bool(TOKEN.search(entry.content))
    named = any(entry.path.match(pattern) for pattern in CREDENTIALS)
    return (named and not INSTALLED & set(entry.path.parts)) or bool(PRIVATE_KEY.search(entry.content))


@check(
    id="sec-image-layers",
    factor="SEC",
    promise="No layer of the image holds a key, a token or a file of credentials, not even a removed one",
    fix="Write .dockerignore as a list of what may come in; mount build secrets, never copy them.",
    needs=["docker"],
)
def image_layers(bench: Bench) -> str:
    """Read every file of every layer."""
    _, found = contents(bench)
    if found.credentials:
        raise Failed(f"the layers hold {', '.join(map(str, found.credentials[:5]))}")
    return f"{found.count} files and folders in the layers, none with credentials"


@check(
    id="sec-program-read-only",
    factor="SEC",
    promise="The image's user may not change the program that it runs",
    fix="Copy as root and leave it so: no `--chown`, no `chmod` for others; run as another user.",
    needs=["docker"],
)
def program_read_only(bench: Bench) -> str:
    """Look at owner and mode of everything in the working directory."""
    runner, found = contents(bench)
    user, _, group = str(runner.configuration().get("User") or "").partition(":")
    if not user.isdecimal() or int(user) == 0:
        raise NotApplicable("the image's user is no number, or root: `sec-unprivileged-user` tells")
    if not found.program:
        raise NotApplicable("the image has no working directory of its own")
    changeable = [entry.path for entry in found.program if _may_change(entry, user, group)]
    if changeable:
        raise Failed(f"user {user} may change {', '.join(map(str, changeable[:5]))}")
    return f"{len(found.program)} files and folders of the program, user {user} may change none"


def _may_change(entry: Entry, user: str, group: str) -> bool:
    shared = entry.mode & 0o020 and str(entry.gid) == (group or "0")
    return bool(str(entry.uid) == user or shared or entry.mode & 0o002)
