"""Renders by Copier what our own renderer does not know; the only module that imports Copier."""

from __future__ import annotations

import os
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.render import File, Rendering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def render(root: Path, answers: Mapping[str, Any], src_path: str | None, commit: str | None) -> Rendering:
    """As `scaffold.render.render`; nothing of the template is executed, one that asks for it is refused."""
    raise NotImplementedError
