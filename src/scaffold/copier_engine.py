"""Renders by Copier what our own renderer does not know; the only module that imports Copier."""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import copier
import yaml
from copier.errors import CopierError, UnsafeTemplateError
from jinja2 import TemplateError

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.render import File, Rendering
from scaffold.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# As `to_nice_yaml` writes them; a long value goes on in indented lines.
NOTED = re.compile(rb"^(_commit: .*\n(?: .*\n)*)?_src_path: .*\n(?: .*\n)*", re.MULTILINE)
NOTHING_SET = "defaults: {}\ntrust: []\n"


def render(root: Path, answers: Mapping[str, Any], src_path: str | None, commit: str | None) -> Rendering:
    """As `scaffold.render.render`; nothing of the template is executed, one that asks for it is refused.

    Copier sees the files at `root` only, so what it notes of their origin is replaced afterwards.
    """
    with temporary_folder("scaffold-copier-") as folder, _apart(folder):
        destination = folder / "project"
        try:
            copier.run_copy(
                str(root),
                destination,
                data=dict(answers),
                vcs_ref="HEAD",
                defaults=True,
                quiet=True,
                unsafe=False,
            )
        except UnsafeTemplateError as error:
            raise ScaffoldError(
                f"the template `{src_path}` runs commands of its own (tasks, migrations or extensions)",
                hint="scaffold renders only templates that need no trust",
            ) from error
        except (CopierError, TemplateError, ValueError, TypeError, OSError) as error:
            raise ScaffoldError(f"the template `{src_path}` cannot be rendered: {error}") from error
        return {name: _signed(file, src_path, commit) for name, file in _read(destination)}


def _read(folder: Path) -> Iterator[tuple[str, File]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise ScaffoldError(f"the template renders the symbolic link `{name}`", code=ExitCode.DEFECT)
        if path.is_file():
            yield name, File(path.read_bytes(), bool(path.stat().st_mode & 0o111))


def _signed(file: File, src_path: str | None, commit: str | None) -> File:
    """`file` with `src_path` and `commit` where it is an answers file."""
    if not NOTED.search(file.content):
        return file
    noted = {key: value for key, value in (("_commit", commit), ("_src_path", src_path)) if value is not None}
    lines = (
        yaml.dump(noted, indent=4, allow_unicode=True, default_flow_style=False).encode() if noted else b""
    )
    return file._replace(content=NOTED.sub(lambda _: lines, file.content, count=1))


@contextmanager
def _apart(folder: Path) -> Iterator[None]:
    """Keep Copier from reading a person's settings, printing warnings and writing outside `folder`.

    Of its clone it leaves behind what it has when a signal ends it.
    """
    settings = folder / "settings.yml"
    settings.write_text(NOTHING_SET, encoding="utf-8")
    own = {"COPIER_SETTINGS_PATH": str(settings), "COPIER_CACHE_DIR": str(folder / "cache")}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    elsewhere, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        tempfile.tempdir = elsewhere
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
