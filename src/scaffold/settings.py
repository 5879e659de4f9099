"""An organisation's settings: which template, and defaults and fixed values of its answers."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold import schemas
from scaffold.errors import ExitCode, ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "SCAFFOLD_SETTINGS"


@dataclass(frozen=True)
class Settings:
    """What the settings file at `path` says; all of it is empty where there is none."""

    path: Path | None = None
    template: str | None = None
    ref: str | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)


def location() -> tuple[Path, str]:
    """Where the settings file is looked for, and who says so."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen).expanduser(), VARIABLE
    import platformdirs  # noqa: PLC0415 only where nobody names the file

    return platformdirs.user_config_path("scaffold", appauthor=False) / "settings.yml", "default"


def load() -> Settings:
    """The settings; a file that SCAFFOLD_SETTINGS names must exist."""
    from scaffold import answers  # noqa: PLC0415 imports YAML

    path, origin = location()
    if not path.is_file():
        if origin == VARIABLE:
            raise ScaffoldError(
                f"`{path}` does not exist", hint=f"{VARIABLE} names it; unset it or write the file"
            )
        return Settings()
    data = answers.load(path)
    schemas.validate("settings", data, path, code=ExitCode.USAGE)
    twice = data.get("defaults", {}).keys() & data.get("fixed", {}).keys()
    if twice:
        raise ScaffoldError(
            f"`{path}`: `{min(twice)}` is both a default and fixed", hint="keep one of the two"
        )
    return Settings(path=path, **data)
