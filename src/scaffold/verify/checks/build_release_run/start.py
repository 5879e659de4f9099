"""A start runs what the build made, and makes nothing."""

from pathlib import PurePath

from scaffold.verify.bench import Bench
from scaffold.verify.checks.security.hardened import READ_ONLY, ready_under
from scaffold.verify.registry import Failed, check
from scaffold.verify.trace import traced

BUILDERS = {
    *(
        "cc",
        "gcc",
        "g++",
        "clang",
        "make",
        "cmake",
        "ld",
        "cargo",
        "rustc",
        "go",
        "javac",
        "mvn",
        "gradle",
        "kotlinc",
    ),
    *(
        "pip",
        "pip3",
        "uv",
        "poetry",
        "npm",
        "npx",
        "yarn",
        "pnpm",
        "tsc",
        "esbuild",
        "bundle",
        "composer",
        "apt-get",
    ),
    *("curl", "wget", "git"),
}


@check(
    id="v-nothing-built-at-start",
    factor="V",
    promise="Nothing is compiled, installed or fetched when a process starts",
    fix="Move the step into the image's build; the start command runs the program itself.",
    needs=["strace"],
)
def nothing_built(bench: Bench) -> str:
    """Trace a whole life and look at what it executes and connects to."""
    seen = traced(bench)
    if built := [path for path in seen.executed if PurePath(path).name in BUILDERS]:
        raise Failed(f"it executed {', '.join(built)}")
    if outside := [f"{host} port {port}" for host, port in seen.connected if not local(host)]:
        raise Failed(
            f"it connected to {', '.join(sorted(set(outside)))}, which the contract does not declare"
        )
    return (
        f"{len(seen.executed)} programs executed, {len(seen.connected)} connections, all to declared services"
    )


def local(host: str) -> bool:
    """Tell whether an address is this machine's, where the suite's proxies are."""
    return host.startswith("127.") or host in ("0.0.0.0", "::1", "::", "::ffff:127.0.0.1")  # noqa: S104


@check(
    id="v-read-only-root",
    factor="V",
    promise="The image runs with a read-only root and a /tmp",
    fix="Write nothing but temporary files, those below /tmp.",
    needs=["docker"],
)
def read_only_root(bench: Bench) -> str:
    """Start a container whose root cannot be written."""
    return ready_under(bench, READ_ONLY)
