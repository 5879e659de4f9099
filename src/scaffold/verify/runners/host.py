"""Runs the commands of the contract as processes of this host."""

import os
import sys
import tempfile
from pathlib import Path

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.verify.contract import Contract
from scaffold.verify.processes import Guarded
from scaffold.verify.runners import Launch

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "JAVA_HOME", "GOROOT")


class HostRunner:
    """Starts host processes, each below a guard that lets nothing of it survive."""

    name = "host"
    gateway = "127.0.0.1"
    listen = "127.0.0.1"

    def __init__(self, contract: Contract, scratch: Path) -> None:
        if not sys.platform.startswith("linux"):
            hint = "`--runner docker` runs the image instead"
            raise ScaffoldError("the host runner needs Linux", hint=hint, code=ExitCode.MISSING_TOOL)
        self._root = contract.root
        self._scratch = scratch
        self._folders = [str(contract.root / folder) for folder in contract.host_path]
        self._surroundings = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self._surroundings["PATH"] = ":".join([*self._folders, self._surroundings.get("PATH", SYSTEM_PATH)])

    def describe(self) -> str:
        """Say which folder's commands run."""
        return f"commands of {self._root.name}"

    def minimal_path(self) -> str:
        """PATH with the project's own folders and the system's, nothing of the user's."""
        return ":".join([*self._folders, SYSTEM_PATH])

    def start(self, launch: Launch) -> Guarded:
        """Start a command in the project's folder with the declared environment and little else."""
        folder = Path(tempfile.mkdtemp(dir=self._scratch))
        temporary = launch.temporary or folder / "tmp"
        temporary.mkdir(exist_ok=True)
        (folder / "stdin").write_bytes(launch.input)
        env = {**self._surroundings, "TMPDIR": str(temporary), **launch.env}
        command = (*launch.options.get("wrap", ()), *launch.command)
        return Guarded(command, env, self._root, folder, launch.port)
