"""A rendered chart, as Helm makes objects of it."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.support.formats import LOADER
from tests.support.tools import call

CHART = Path("deploy/chart")
ENVIRONMENTS = Path("deploy/environments")
FILLED = "filled-in"


class Rendered(NamedTuple):
    """Objects of one environment, and what Helm complained of."""

    objects: list[dict[str, Any]]
    complaint: str


def environments(tree: Path) -> list[Path]:
    """The folder of every environment that the project has values for, from the project."""
    return sorted(path.parent.relative_to(tree) for path in (tree / ENVIRONMENTS).glob("*/values.yaml"))


def rendered(tree: Path, environment: Path, *arguments: str) -> Rendered:
    """Render the chart for an environment, with the required values that a project fills in."""
    values = yaml.safe_load((tree / environment / "values.yaml").read_text())
    open_values = [name for name, value in values.get("config", {}).items() if value == ""]
    name = yaml.safe_load((tree / CHART / "Chart.yaml").read_text())["name"]
    result = call(
        "helm",
        *("template", name, CHART, "--namespace", f"{name}-{environment.name}"),
        *("--values", environment / "values.yaml", *arguments),
        *(word for key in open_values for word in ("--set-string", f"config.{key}={FILLED}")),
        cwd=tree,
    )
    objects = [entry for entry in yaml.load_all(result.stdout, LOADER) if entry]
    return Rendered(objects, result.stderr)
