"""What a project records of the template that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scaffold import answers
from scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ANSWERS_FILE = ".copier-answers.yml"


@dataclass(frozen=True)
class Record:
    """A template's source and version (None where not recorded), and the answers that it got."""

    src_path: str | None
    commit: str | None
    answers: Mapping[str, Any]

    def origin(self) -> tuple[str, str]:
        """Source and version; exit 2 if the project cannot be followed to a version of a template."""
        if self.src_path is None or self.commit is None:
            missing = "_src_path" if self.src_path is None else "_commit"
            raise ScaffoldError(
                f"`{ANSWERS_FILE}` has no `{missing}`, so the template's version cannot be found",
                hint="add the source and the tag that it was made from",
            )
        return self.src_path, self.commit


def read(project: Path) -> Record:
    """The record in the project's answers file; exit 2 where there is none."""
    path = project / ANSWERS_FILE
    if not project.is_dir():
        raise ScaffoldError(f"`{project}` is not a folder", hint="name the folder of a project")
    if not path.is_file():
        raise ScaffoldError(
            f"`{project}` has no {ANSWERS_FILE}", hint="name the folder of a project that a template made"
        )
    return of(answers.load(path))


def of(noted: Mapping[str, Any]) -> Record:
    """The record in what an answers file says."""
    source, commit = (
        str(noted[key]) if noted.get(key) is not None else None for key in ("_src_path", "_commit")
    )
    return Record(source, commit, {key: value for key, value in noted.items() if not key.startswith("_")})
