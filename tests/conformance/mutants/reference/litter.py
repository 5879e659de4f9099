"""What a process leaves beside itself; only broken promises do any of it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import log
from config import Config
from switch import broken

_kept: list[subprocess.Popen[bytes]] = []
"""Programs that end with this process, since their input does."""


def leave(settings: Config, process: str) -> int:
    """Do before the start what a broken promise does; return an exit code, 0 to go on."""
    if broken("ii-bare-surroundings") and not os.listdir(os.environ["HOME"]):  # noqa: PTH208 - starts fast
        log.write("error", "HOME is empty")
        return 1
    if broken("iii-no-file"):
        Path("settings.toml").read_bytes()
    if broken("vi-nothing-written"):
        Path("state.db").write_bytes(b"")
    if broken("v-nothing-built-at-start"):
        subprocess.run(["git", "--version"], check=True, stdout=subprocess.DEVNULL)
    _children(settings)
    return _lock(process)


def _children(settings: Config) -> None:
    if broken("ix-no-orphan"):
        subprocess.Popen(["sleep", "60"], start_new_session=True, env={"PATH": os.defpath})
    if broken("ix-no-zombie"):
        # Not by subprocess, which collects a child that ends at once.
        os.posix_spawnp("true", ["true"], os.environ)
    if broken("sec-no-secret-inherited"):
        _kept.append(subprocess.Popen(["cat"], stdin=subprocess.PIPE))
    if broken("sec-no-secret-in-arguments"):
        child = "import os, sys, time\nwhile os.getppid() == int(sys.argv[1]): time.sleep(0.02)"
        subprocess.Popen([sys.executable, "-I", "-S", "-c", child, str(os.getpid()), settings.database])


def _lock(process: str) -> int:
    """Refuse to start beside, or after, another process, as the broken promise says."""
    file = Path(tempfile.gettempdir()) / f"{process}.pid"
    web = process == "web"
    beside = broken("vii-two-instances") if web else broken("viii-process-types")
    after = broken("ix-kill-9-restart") if web else broken("ix-process-types-kill-9")
    if not (beside or after):
        return 0
    if file.exists():
        alive = Path(f"/proc/{file.read_text(encoding='ascii')}").exists()
        if beside if alive else after:
            log.write("error", f"{file} exists")
            return 1
    file.write_text(str(os.getpid()), encoding="ascii")
    return 0
