"""A copy of this repository in which a throw-away language and a throw-away service are added.

tests/template/additive/ holds their files.
"""

import shutil
from pathlib import Path

from tests.support.repository import ROOT, commit, repository, working_copy

ADDED = ROOT / "tests" / "template" / "additive"
# The architecture's table: what a language and a service may add, and what they may edit.
NEW_FILES = (
    "template/[[][[] lang.dash ]]/*",
    "catalog/languages/dash.yml",
    "catalog/stacks/dash-*.yml",
    "examples/dash-*/*",
    "catalog/services/memcached/*",
)
EDITS = {
    "catalog/index.yml": {
        "stacks:\n": "stacks:\n  Shell with inetd: dash-inetd\n",
        "services:\n": "services:\n  Memcached: memcached\n",
        "languages: [": "languages: [dash, ",
        "frameworks: [": "frameworks: [inetd, ",
    },
    "catalog/versions.yml": {
        "runtimes:\n": 'runtimes:\n  dash: {image: "13"}\n',
        "\nimages:\n": "\nimages:\n  dash: debian:13-slim\n  memcached: memcached:1\n",
        "packages:\n": "packages:\n  dash: {}\n",
    },
}
BEFORE, AFTER, LATER = "v900.0.0", "v900.1.0", "v900.2.0"


def extend(folder: Path) -> None:
    """Three releases of a copy: as it is, with both, and with a change in the language's layer."""
    repository(working_copy(folder), BEFORE)
    for part in ("language", "service"):
        shutil.copytree(ADDED / part, folder, dirs_exist_ok=True)
    for path, changes in EDITS.items():
        text = (folder / path).read_text()
        for old, new in changes.items():
            assert text.count(old) == 1, f"{path}: {old}"
            text = text.replace(old, new)
        (folder / path).write_text(text)
    commit(folder, "Add a language and a service", AFTER)
    layer = folder / "template/[[ lang.dash ]]/tests/main.sh"
    layer.write_text(layer.read_text() + "sh -n src/serve.sh\n")
    commit(folder, "Test more", LATER)
