"""Render each folder of examples/ anew from its own .copier-answers.yml, as the released command line would.

Usage: python scripts/examples.py

The answers record the project's URL and the version of pyproject.toml, so the same sources
give the same bytes on every machine. A file that the template no longer makes is removed; lock files stay.
"""

import subprocess
import tomllib
from pathlib import Path

import yaml

from scaffold import render

ROOT = Path(__file__).resolve().parent.parent


def recorded_release() -> tuple[str, str]:
    """Return the source and the version that a release records in the answers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project["urls"]["Repository"], f"v{project['version']}"


def tracked(folder: Path) -> list[Path]:
    """Return the files of a folder that git knows or would add; ignored ones stay out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [folder / name for name in listing.split("\0") if name]


def render_example(folder: Path) -> None:
    """Replace the files of one example by a fresh rendering of its answers."""
    recorded = yaml.safe_load((folder / ".copier-answers.yml").read_text())
    answers = {key: value for key, value in recorded.items() if not key.startswith("_")}
    source, version = recorded_release()
    rendering = render.render(ROOT, answers, source, version)
    for path in tracked(folder):
        path.unlink(missing_ok=True)
    for name, (content, executable) in rendering.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755 if executable else 0o644)


def main() -> None:
    """Render every example."""
    for answers in sorted(ROOT.glob("examples/*/.copier-answers.yml")):
        render_example(answers.parent)
        print(f"examples/{answers.parent.name}")


if __name__ == "__main__":
    main()
