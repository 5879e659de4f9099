"""Tries one combination of answers: whether it renders, and whether former projects get there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from scaffold import answers, record, render, shelf
from scaffold.errors import ScaffoldError
from scaffold.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scaffold.render import Rendering
    from scaffold.versions import Version

Answers = dict[str, Any]
Job = tuple["Version | None", "Mapping[str, Any]"]
"""A former release, or None for the candidate alone, and answers to its questions."""


class Fault(NamedTuple):
    """Why `answers` do not work: in the candidate itself, or for a project that `release` made of them."""

    release: str
    answers: Mapping[str, Any]
    reason: str


class Difference(NamedTuple):
    """What the candidate makes of a project of `release`: files that come and go, and paths that change."""

    release: str
    added: Mapping[str, bytes]
    deleted: Mapping[str, bytes]
    modified: frozenset[str]


@dataclass(frozen=True)
class Trial:
    """The candidate; what several combinations have in common is worked out once."""

    candidate: Version
    _made: dict[str, Rendering] = field(default_factory=dict)

    def run(self, job: Job) -> Fault | Difference | None:
        """What came of it: nothing worth a word where the candidate renders, or where no such project is."""
        release, given = job
        try:
            if release is None:
                self._recorded(self._render(self.candidate, self._resolved(self.candidate, {}, given)))
                return None
            old = self._former(release, given)
            return None if old is None else self._updated(release, old)
        except ScaffoldError as error:
            return Fault(release.commit if release else "", given, _reason(error))

    def _former(self, release: Version, given: Mapping[str, Any]) -> Rendering | None:
        """The project that `release` made of `given`; None if it could not make one."""
        try:
            return self._render(release, self._resolved(release, {}, given))
        except ScaffoldError:
            return None

    def _updated(self, release: Version, old: Rendering) -> Difference:
        recorded = self._recorded(old)
        wanted = self._resolved(self.candidate, recorded, {})
        for name, value in recorded.items():
            if name not in wanted:
                raise ScaffoldError(f"the question `{name}` is gone, and with it what projects answered")
            if wanted[name] != value:
                raise ScaffoldError(f"the answer `{value}` to `{name}` becomes `{wanted[name]}`")
        new = self._render(self.candidate, wanted)
        return Difference(
            release.commit,
            {path: new[path].content for path in new.keys() - old.keys()},
            {path: old[path].content for path in old.keys() - new.keys()},
            frozenset(path for path in new.keys() & old.keys() if new[path] != old[path]),
        )

    def _resolved(self, version: Version, recorded: Mapping[str, Any], given: Mapping[str, Any]) -> Answers:
        return dict(shelf.resolved(version.root, recorded, given, Settings()))

    def _render(self, version: Version, values: Mapping[str, Any]) -> Rendering:
        key = repr((version.commit, sorted(values.items())))
        if key not in self._made:
            files = render.render(version.root, values, version.src_path, version.commit)
            shelf.refuse_excess(files)
            self._made[key] = files
        return self._made[key]

    def _recorded(self, files: Rendering) -> Mapping[str, Any]:
        """The answers that a project notes; one that notes none can never be updated."""
        for path, file in files.items():
            if path.startswith(".copier-answers") or b"\n_src_path:" in b"\n" + file.content[:4096]:
                return record.of(answers.parse(file.content, path)).answers
        raise ScaffoldError("it renders no answers file, so that no project of it could be updated")


def _reason(error: ScaffoldError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message
