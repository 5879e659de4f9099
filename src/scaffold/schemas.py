"""JSON Schemas of this project's own files, and the error for data that does not keep one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scaffold.errors import ExitCode, ScaffoldError

PACKAGE = Path(__file__).parent


def folder() -> Path:
    """Where the schemas are: in the wheel beside this module, in a checkout in docs/."""
    packed = PACKAGE / "schemas"
    return packed if packed.is_dir() else PACKAGE.parents[1] / "docs" / "schemas"


def validate(name: str, data: Any, path: Path, code: ExitCode = ExitCode.DEFECT) -> None:
    """Raise ScaffoldError, naming `path` and the place in it, unless `data` keeps the schema `name`."""
    import jsonschema_rs  # noqa: PLC0415 not needed by --help

    schema = json.loads((folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
    try:
        error = next(jsonschema_rs.validator_for(schema).iter_errors(data), None)
    except ValueError as refused:
        raise ScaffoldError(f"`{path}` holds what JSON cannot: {refused}", code=code) from refused
    if error is None:
        return
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    where = f"`{path}` at `{place.removeprefix('.')}`" if place else f"`{path}`"
    raise ScaffoldError(
        f"{where}: {error.message}",
        hint=f"docs/schemas/{name}.schema.json says what this file may hold",
        code=code,
    )
