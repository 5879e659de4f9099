"""What an update would make of one commit: the merge of `scaffold update`, without any working tree.

A process has one workshop for all of its repositories. Renderings are kept as trees by (template, version,
answers); a process finds those of the others.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scaffold import answers, confined, record, render, shelf
from scaffold.errors import ScaffoldError
from scaffold.fleet import mirror
from scaffold.merge import SUBMODULE, Conflict
from scaffold.workshop import SETTINGS, Workshop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scaffold.fleet.finding import Order
    from scaffold.fleet.library import Edition, Library
    from scaffold.fleet.tip import Tip
    from scaffold.record import Record
    from scaffold.settings import Settings
    from scaffold.workshop import Change


@dataclass(frozen=True)
class Prospect:
    """What the project records, and the `tree` that an update would make of it; empty if none is due."""

    noted: Record
    old: str
    new: str
    behind: int
    tree: str = ""
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kept_deleted: tuple[str, ...] = ()
    drift: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Merger:
    """Merges in a workshop of its own below the folder `run`, where `name` tells it from other processes."""

    library: Library
    run: Path
    name: str
    settings: Settings

    def prospect(self, tip: Tip, order: Order) -> Prospect:
        """What `order` would make of `tip`; exit 2 where no template made it."""
        noted = _noted(tip, order.answers_file)
        src_path, commit = noted.origin()
        source = order.template or src_path
        old, new = self.library.between(source, commit, order.to)
        with confined.limited():
            wanted = _wanted(new, noted, self.settings)
        shop = self.shop(tip.object_format)
        self._see(shop)
        base = self._tree(shop, old, noted.answers, src_path, commit)
        theirs = self._tree(shop, new, wanted, new.version.src_path, new.version.commit)
        self._see(shop, tip.objects)
        behind = self.library.template(source).behind(commit)
        return _merged(shop, tip, (base, theirs), Prospect(noted, commit, new.version.commit, behind), order)

    def shop(self, object_format: str) -> Workshop:
        """The workshop for repositories whose objects have names of this kind."""
        folder = self.run / "shops" / self.name / object_format
        shop = Workshop(folder, SETTINGS)
        if not folder.is_dir():
            (folder / "empty").mkdir(parents=True)
            shop.start(object_format, folder / "repository" / "objects")
        return shop

    def _see(self, shop: Workshop, *objects: Path) -> None:
        """Let `shop` find what other processes rendered, and what is in `objects`."""
        pattern = f"shops/*/{shop.folder.name}/repository/objects"
        others = [path for path in self.run.glob(pattern) if not path.is_relative_to(shop.folder)]
        lines = (os.fsencode(path) + b"\n" for path in (*objects, *others))
        (shop.folder / "repository/objects/info/alternates").write_bytes(b"".join(lines))

    def _tree(
        self, shop: Workshop, edition: Edition, values: Mapping[str, Any], src_path: str, commit: str
    ) -> str:
        """Name of the tree that the template makes of `values`; equal ones are rendered once in a run."""
        said = json.dumps([src_path, commit, values], sort_keys=True, default=repr)
        path = self.run / "renderings" / mirror.key(shop.folder.name, edition.full, said)
        if path.is_file():
            return path.read_text(encoding="ascii")
        with confined.limited():
            files = render.render(edition.version.root, values, src_path, commit, edition.form)
            shelf.refuse_excess(files)
        tree = shop.tree(files)
        draft = path.with_name(f"{path.name}.{self.name}")
        draft.parent.mkdir(exist_ok=True)
        draft.write_text(tree, encoding="ascii")
        draft.rename(path)
        return tree


def _merged(
    shop: Workshop, tip: Tip, renderings: tuple[str, str], prospect: Prospect, order: Order
) -> Prospect:
    base, theirs = renderings
    # The record is the tool's: as the old version wrote it, the merge takes the new version's.
    ours = shop.edited(tip.tree, {order.answers_file: shop.file(base, order.answers_file)})
    merged = shop.merge(base, ours, theirs)
    tree = shop.edited(merged.tree, dict.fromkeys(merged.kept_deleted))
    changes = tuple(shop.changes(tip.tree, tree))
    return Prospect(
        prospect.noted,
        prospect.old,
        prospect.new,
        prospect.behind,
        tree if changes else "",
        changes,
        merged.conflicts or tuple(_submodules(changes)),
        merged.kept_deleted,
        _drift(shop.changes(base, ours)),
    )


def _noted(tip: Tip, answers_file: str) -> Record:
    content = tip.file(answers_file)
    if content is None:
        raise ScaffoldError(
            f"it has no `{answers_file}` at its top",
            hint="no template made it; `scaffold adopt` gives it one",
        )
    return record.of(answers.parse(content, answers_file))


def _wanted(new: Edition, noted: Record, settings: Settings) -> Mapping[str, Any]:
    """Recorded answers, else those of the settings, else the template's."""
    if new.form is None:
        return noted.answers
    names = {question.name for question in new.form.questions}
    kept, defaults = (
        {name: value for name, value in layer.items() if name in names}
        for layer in (noted.answers, {**settings.defaults, **settings.fixed})
    )
    return answers.resolve(new.form, answers.Layers(file=kept, defaults=defaults)).values


def _submodules(changes: Sequence[Change]) -> list[Conflict]:
    found = (c for c in changes if SUBMODULE in {entry.mode for entry in (c.before, c.after) if entry})
    return [Conflict(change.path, "it is a submodule") for change in found]


def _drift(changes: Sequence[Change]) -> Mapping[str, int]:
    """How many of the template's files the project changed and deleted, and how many it has beside them."""
    kinds = Counter(
        "added" if change.before is None else "deleted" if change.after is None else "changed"
        for change in changes
    )
    return {kind: kinds[kind] for kind in ("changed", "deleted", "added")}
