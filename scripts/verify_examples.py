"""Verify examples with both runners and write each report as JSON and as a page to build/verify/.

Usage: python scripts/verify_examples.py [EXAMPLE ...]

Each example is copied as git knows it, set up by its own `make setup`, and verified from the copy.
Without a name every example is taken. Exits 1 if a check fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scaffold.verify import contract
from scaffold.verify.formats import FORMATS
from scaffold.verify.report import Report, Result
from scaffold.verify.run import Options, run

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "verify"
RUNNERS = ("host", "docker")


@contextmanager
def copied(example: str) -> Iterator[Path]:
    """Copy an example to a folder of its own and set it up there."""
    source = ROOT / "examples" / example
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=source, check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory(prefix="scaffold-example-") as scratch:
        folder = Path(scratch) / example
        for name in filter(None, names.split("\0")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, folder / name)
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        subprocess.run(
            ["make", "setup"], cwd=folder, check=True, env={**kept, "PATH": path}, stdout=subprocess.DEVNULL
        )
        yield folder


def verified(folder: Path, runner: str) -> Report:
    """Verify a service by one runner; write both reports."""
    report = run(contract.load(folder), Options(runner=runner), _progress)
    REPORTS.mkdir(parents=True, exist_ok=True)
    for kind in ("json", "html"):
        file = REPORTS / f"{folder.name}-{runner}.{kind}"
        file.write_text(FORMATS[kind](report), encoding="utf-8")
    return report


def _progress(result: Result) -> None:
    if result.status == "fail":
        print(f"{result.id}: {'; '.join(result.evidence)}", flush=True)


def main() -> int:
    """Verify each example that is named, or all."""
    names = sys.argv[1:] or sorted(file.parent.name for file in ROOT.glob("examples/*/.twelve-factor.yml"))
    failed = 0
    for name in names:
        with copied(name) as folder:
            for runner in RUNNERS:
                report = verified(folder, runner)
                failed += len(report.failed)
                print(f"{name}, {runner} runner: {report.summary()}", flush=True)
    print(f"reports: {REPORTS.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
