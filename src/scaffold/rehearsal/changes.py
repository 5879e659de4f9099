"""What a release does to the projects of former ones, over all combinations of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.render import File
from scaffold.workshop import SETTINGS, Workshop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from scaffold.rehearsal.trial import Difference


class Update(NamedTuple):
    """Files that change in some project of `release`; `renamed` maps new paths to old ones.

    Who edited a deleted file gets a conflict; edits of a renamed one follow it.
    """

    release: str
    projects: int
    modified: tuple[str, ...]
    added: tuple[str, ...]
    deleted: tuple[str, ...]
    renamed: Mapping[str, str]


def updates(folder: Path, releases: Iterable[str], differences: Sequence[Difference]) -> list[Update]:
    """One update for each of `releases`, from the `differences` of its projects; git looks for renames."""
    shop = Workshop(folder / "changes", SETTINGS)
    (shop.folder / "empty").mkdir(parents=True)
    shop.start("sha1", shop.folder / "repository/objects")
    return [_update(shop, release, [d for d in differences if d.release == release]) for release in releases]


def _update(shop: Workshop, release: str, several: Sequence[Difference]) -> Update:
    added = {path: content for found in several for path, content in found.added.items()}
    deleted = {path: content for found in several for path, content in found.deleted.items()}
    renamed = _renamed(shop, deleted, added) if added and deleted else {}
    return Update(
        release,
        len(several),
        tuple(sorted({path for found in several for path in found.modified})),
        tuple(sorted(added.keys() - renamed.keys())),
        tuple(sorted(deleted.keys() - set(renamed.values()))),
        renamed,
    )


def _renamed(shop: Workshop, deleted: Mapping[str, bytes], added: Mapping[str, bytes]) -> dict[str, str]:
    try:
        old, new = (
            shop.tree({path: File(content, executable=False) for path, content in files.items()})
            for files in (deleted, added)
        )
    except ScaffoldError:  # a file of one combination is a folder of another
        return {}
    return {change.path: change.origin for change in shop.changes(old, new) if change.origin}
