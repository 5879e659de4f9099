"""What a fleet consists of: a folder of clones, one repository, or a file of git URLs."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.errors import ScaffoldError
from scaffold.fleet.address import is_url, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True)
class Repository:
    """One repository of a fleet; `address` is a path or a URL, which may hold a password."""

    name: str
    address: str

    @property
    def is_local(self) -> bool:
        """Whether it lies on this machine as a folder."""
        return not is_url(self.address)

    @property
    def shown(self) -> str:
        """Its address as it may be printed and stored."""
        return self.address if self.is_local else shown(self.address)


def read(sources: Sequence[Path], answers_file: str) -> list[Repository]:
    """The repositories of `sources`, each once and with a name of its own; exit 2 if there is none."""
    found = dict.fromkeys(address for source in sources for address in _addresses(source, answers_file))
    if not found:
        listed = ", ".join(f"`{source}`" for source in sources)
        raise ScaffoldError(
            f"there is no repository in {listed}",
            hint="name a folder of clones, a project, or a file with one git URL in a line",
        )
    return [Repository(name, address) for name, address in zip(names(list(found)), found, strict=True)]


def names(addresses: Sequence[str]) -> list[str]:
    """A short name for each of `addresses`; equal ones get as much of the path as tells them apart."""
    parts = [_parts(address) for address in addresses]
    chosen = ["/".join(part[-1:]) for part in parts]
    for length in range(2, max(map(len, parts), default=0) + 1):
        taken = Counter(chosen)
        chosen = [
            "/".join(part[-length:]) if taken[name] > 1 else name
            for part, name in zip(parts, chosen, strict=True)
        ]
    return list(_numbered(chosen))


def shard(repositories: Sequence[Repository], number: int, count: int) -> list[Repository]:
    """The `number`th (from 1) of `count` parts of about equal size."""
    return list(repositories[number - 1 :: count])


def _numbered(chosen: Iterable[str]) -> Iterator[str]:
    """Names that are still equal differ in what is not shown of them (a password, a query)."""
    seen: Counter[str] = Counter()
    for name in chosen:
        seen[name] += 1
        yield f"{name}#{seen[name]}" if seen[name] > 1 else name


def _parts(address: str) -> list[str]:
    path = shown(address) if is_url(address) else address
    return [part.removesuffix(".git") or part for part in path.replace(":", "/").split("/") if part] or ["?"]


def _addresses(source: Path, answers_file: str) -> Iterator[str]:
    if source.is_dir():
        yield from _folder(source.resolve(), answers_file)
    elif source.is_file():
        yield from _listed(source)
    else:
        raise ScaffoldError(
            f"there is no `{source}`", hint="name a folder of clones, a project, or a file of git URLs"
        )


def _folder(folder: Path, answers_file: str) -> Iterator[str]:
    if _is_repository(folder) or (folder / answers_file).is_file():
        yield str(folder)
        return
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and (_is_repository(entry) or (entry / answers_file).is_file()):
            yield str(entry.resolve())


def _is_repository(folder: Path) -> bool:
    """Whether `folder` is a working tree, a submodule's or a linked one too, or a bare repository."""
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def _listed(file: Path) -> Iterator[str]:
    if file.stat().st_size > LARGEST:
        raise ScaffoldError(f"`{file}` is larger than {LARGEST // 1024**2} MiB, too large for a list of URLs")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ScaffoldError(f"`{file}` is not a list of git URLs", hint="write one in a line") from error
    for line in map(str.strip, text.splitlines()):
        if line and not line.startswith("#"):
            yield line if is_url(line) else os.path.abspath(file.parent / Path(line).expanduser())  # noqa: PTH100
