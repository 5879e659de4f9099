"""Build hook of the wheel: it bundles the template's tracked files and nothing else.

Hatch's own `force-include` takes whole folders, ignored files included; a release must hold what git holds.
"""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = ("copier.yml", "template", "catalog", "hooks")
SCHEMAS = "docs/schemas"


class BundleHook(BuildHookInterface[Any]):
    """Adds `scaffold/bundle` and `scaffold/schemas` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name each file of the bundle; an editable installation reads the checkout itself."""
        if version == "editable":
            return
        root = Path(self.root)
        for path in tracked(root, *BUNDLED):
            build_data["force_include"][str(root / path)] = f"scaffold/bundle/{path}"
        for path in tracked(root, SCHEMAS):
            build_data["force_include"][str(root / path)] = f"scaffold/schemas/{Path(path).name}"


def tracked(root: Path, *paths: str) -> list[str]:
    """Return the files that git tracks; of a source distribution, which holds only those, every file."""
    if (root / ".git").exists():
        command = ["git", "ls-files", "-z", "--", *paths]
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
        names = [name for name in listed.split("\0") if name]
    else:
        found = [file for path in paths for file in (root / path, *(root / path).rglob("*"))]
        names = [file.relative_to(root).as_posix() for file in found if file.is_file()]
    if links := [name for name in names if (root / name).is_symlink()]:
        raise ValueError(f"symbolic links cannot be bundled: {', '.join(links)}")
    return names
