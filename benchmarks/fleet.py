"""Measure `scaffold fleet update` and `scaffold update` beside plain Copier, on projects of this template.

Usage: python benchmarks/fleet.py pair|fleet|curve [--runs N] [--size N] [--sample N] [--sizes N ...]

pair: one project, `scaffold update` and `copier update` in paired runs; fleet: `fleet update` and a loop of
`copier update`; curve: seconds and memory for each repository, by size of the fleet.

Every project has a name of its own, so no two renderings are equal. The loop of Copier is measured on a part
of the fleet (`--sample`) and multiplied, since it is the same work each time.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent
WHO = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> None:
    """Run git; a failure ends the benchmark."""
    subprocess.run(["git", *WHO, "-C", folder, *arguments], check=True, capture_output=True)


def template(folder: Path) -> Path:
    """Make a copy of the committed template with two releases, of which the second changes a few files."""
    folder.mkdir()
    archive = subprocess.run(["git", "-C", ROOT, "archive", "HEAD"], check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", folder], check=True, input=archive)
    git(folder, "init", "-q")
    for number in (1, 2):
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"Release {number}")
        git(folder, "tag", f"v{number}.0.0")
        for name in ("README.md.jinja", "SECURITY.md.jinja", "Makefile.jinja"):
            path = folder / "template" / name
            path.write_text(path.read_text() + f"\n# {number}\n")
    git(folder, "checkout", "-q", ".")
    return folder


def projects(source: Path, folder: Path, count: int) -> Path:
    """Make `count` committed projects of the first release, each with a name of its own."""
    folder.mkdir()
    model = folder.with_name("model")
    flags = ("--service", "postgres", "--service", "redis", "--defaults", "--no-hooks", "--ref", "v1.0.0")
    made = ("new", "model-svc", *flags, "--template", str(source), "--into", str(model))
    if not model.exists():
        subprocess.run([BIN / "scaffold", *made], check=True, capture_output=True)
        git(model, "init", "-q")
    for number in range(count):
        project = folder / f"svc-{number:04}"
        shutil.copytree(model, project)
        record = project / ".copier-answers.yml"
        record.write_text(record.read_text().replace("model-svc", project.name))
        git(project, "add", "-A", "--force")
        git(project, "commit", "-q", "-m", "Start")
    return folder


class Spent(NamedTuple):
    """Seconds by the clock, and seconds of processors, which a busy machine changes less."""

    wall: float
    cpu: float


def spent(*command: str | Path) -> Spent:
    """Run a command to its end; one that fails ends the benchmark."""
    start, before = time.perf_counter(), _cpu()
    done = subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return Spent(time.perf_counter() - start, _cpu() - before)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pair(scratch: Path, runs: int) -> None:
    """Print the median of paired updates of one project."""
    source, both = template(scratch / "template"), []
    made = projects(source, scratch / "one", 1) / "svc-0000"
    for number in range(runs + 1):
        ours, theirs = (
            Path(shutil.copytree(made, scratch / f"{who}-{number}")) for who in ("ours", "theirs")
        )
        first = spent(BIN / "scaffold", "update", ours)
        both.append((first, spent(BIN / "copier", "update", "--quiet", "--defaults", theirs)))
    for name in Spent._fields:
        pairs = [(getattr(first, name), getattr(second, name)) for first, second in both[1:]]
        ours_s, theirs_s = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(first / second for first, second in pairs)
        aim = " (aim 0.33)" if name == "wall" else ""
        print(
            f"{name}: scaffold update {ours_s:.2f} s, copier update {theirs_s:.2f} s, ratio {ratio:.2f}{aim}"
        )
    print(f"load of this machine while measured: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(shares(Path(shutil.copytree(made, scratch / "shares"))))


def shares(project: Path) -> str:
    """Where the time of one update goes."""
    command = [sys.executable, ROOT / "benchmarks/shares.py", "update", project]
    surroundings = {**os.environ, "STARTED": str(time.time())}
    done = subprocess.run(command, env=surroundings, check=True, capture_output=True, text=True)
    told = json.loads(done.stderr.splitlines()[-1])
    whole = told["whole"]
    parts = [f"{name} {told[name] / whole:.0%}" for name in ("start-up", "git", "render")]
    rest = whole - sum(told[name] for name in ("start-up", "git", "render"))
    return f"of {whole:.2f} s: {', '.join(parts)}, the rest {rest / whole:.0%}"


def fleet(scratch: Path, size: int, sample: int) -> None:
    """Print a fleet's time beside that of a loop of Copier."""
    folder = projects(template(scratch / "template"), scratch / "fleet", size)
    ours = spent(BIN / "scaffold", "fleet", "update", "--restart", folder)
    some = sorted(folder.iterdir())[:sample]
    theirs = [spent(BIN / "copier", "update", "--quiet", "--defaults", project) for project in some]
    print(f"{size} repositories, {len(some)} of them updated by plain Copier; {os.cpu_count()} cores")
    for name in Spent._fields:
        whole = statistics.mean(getattr(one, name) for one in theirs) * size
        told = f"fleet {getattr(ours, name):.1f} s, loop of copier update {whole:.1f} s"
        aim = " (aim 0.25)" if name == "wall" else ""
        print(f"{name}: {told}, ratio {getattr(ours, name) / whole:.2f}{aim}")


def curve(scratch: Path, sizes: list[int]) -> None:
    """Print cost and peak memory of a process by the fleet's size."""
    source = template(scratch / "template")
    print("| repositories | seconds | ms for each | ms of CPU for each | largest process so far, MiB |")
    print("|---|---|---|---|---|")
    for size in sizes:
        folder = projects(source, scratch / f"fleet-{size}", size)
        wall, cpu = (s / size * 1000 for s in spent(BIN / "scaffold", "fleet", "update", "--restart", folder))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"| {size} | {wall * size / 1000:.1f} | {wall:.0f} | {cpu:.0f} | {peak:.0f} |", flush=True)
        shutil.rmtree(folder)


def main() -> None:
    """Run one of the measurements."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("pair", "fleet", "curve"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--sample", type=int, default=8)
    parser.add_argument("--sizes", type=int, nargs="+", default=[16, 64, 256, 1000])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        os.environ |= {"XDG_CACHE_HOME": f"{name}/cache", "XDG_STATE_HOME": f"{name}/state"}
        if given.what == "pair":
            pair(scratch, given.runs)
        elif given.what == "fleet":
            fleet(scratch, given.size, given.sample)
        else:
            curve(scratch, given.sizes)


if __name__ == "__main__":
    main()
