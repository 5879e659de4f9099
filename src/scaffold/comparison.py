"""What a project changed against its own version of its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold.opening import opened
from scaffold.shelf import Shelf
from scaffold.workshop import workshop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scaffold.settings import Settings
    from scaffold.workshop import Change

LEFT_OUT = "changes that are not committed are left out"


@dataclass(frozen=True)
class Own:
    """The changes between `version` of the template and the project's last commit, also as a patch."""

    version: str
    changes: tuple[Change, ...]
    patch: str


def own(
    path: Path,
    settings: Settings,
    tell: Callable[[str], None],
    template: str | None = None,
    shelf: Shelf | None = None,
) -> Own:
    """What was changed in the project at `path`, as far as it is committed; nothing is written."""
    shelf = shelf or Shelf()
    with opened(path, tell) as project:
        src_path, commit = project.noted.origin()
        if project.tree.uncommitted():
            tell(f"warning: {LEFT_OUT}")
        with shelf.at(template or src_path, commit, settings) as pair:
            (rendering,) = shelf.render([(pair.recorded(src_path, commit), project.noted.answers)])
        with workshop(project.tree) as shop:
            made, head = shop.tree(rendering), project.tree.head_tree()
            return Own(commit, tuple(shop.changes(made, head)), shop.patch(made, head))
