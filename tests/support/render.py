"""Rendered projects, each made once in a run and read by many tests."""

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from copier import run_copy

from scaffold import questions, render
from tests.support.combinations import Answers
from tests.support.once import once
from tests.support.repository import repository, working_copy


def copy_template(source: Path, destination: Path, answers: Answers, release: str = "HEAD") -> Path:
    """Render `source` by Copier as everybody does: nothing trusted, defaults for what is not answered."""
    run_copy(str(source), destination, answers, defaults=True, vcs_ref=release, unsafe=False, quiet=True)
    return destination


_form = functools.cache(questions.load)


def _render(source: Path, answers: Answers) -> render.Rendering:
    return render.render_here(source, answers, None, None, _form(source))


def project(source: Path, answers: Answers) -> dict[str, bytes]:
    """Path and content of every file of a project, by our own renderer; refusals are a ScaffoldError."""
    return {path: file.content for path, file in _render(source, answers).items()}


def write_project(source: Path, destination: Path, answers: Answers) -> Path:
    """Render `source` by our own renderer, which another test holds byte-equal to Copier."""
    for path, file in _render(source, answers).items():
        target = destination / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        target.chmod(0o755 if file.executable else 0o644)
    return destination


@dataclass(frozen=True)
class Renderings:
    """Renders one template; nobody changes a tree that it returns."""

    source: Path
    folder: Path

    def tree(self, answers: Answers) -> Path:
        """The project of `answers`."""
        key = hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:16]
        return once(self.folder / key, lambda destination: write_project(self.source, destination, answers))


def working_renderings(run: Path) -> Renderings:
    """Renderings of this working tree, as it was when the run began."""
    source = once(run / "source", lambda folder: repository(working_copy(folder)))
    return Renderings(source, run / "renderings")


def files(tree: Path) -> dict[str, bytes]:
    """Path and content of every file of a tree, but for git's own."""
    return {
        path.relative_to(tree).as_posix(): path.read_bytes()
        for path in sorted(tree.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(tree).parts
    }
