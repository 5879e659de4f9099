"""What a comparison starts, by the language of a rendered project."""

import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from process import Server, served

BASELINES = Path(__file__).parent / "baselines"
SERVICE_READY = "/openapi.json"


class Stack(Protocol):
    """A project, and the smallest application of its framework on the same versions."""

    @property
    def service(self) -> tuple[str, ...]:
        """The command that serves the project."""

    def minimal(self, port: int) -> contextlib.AbstractContextManager[Server]:
        """The smallest application, on the port."""

    def execute(self, statement: str) -> None:
        """Run one statement of SQL in DATABASE_URL."""


class Python:
    """A project with FastAPI."""

    def __init__(self, project: Path) -> None:
        self._python = str(project / ".venv/bin/python")
        package = next(path.parent.name for path in project.glob("src/*/main.py"))
        self.service = (self._python, "-m", package, "web")

    def minimal(self, port: int) -> contextlib.AbstractContextManager[Server]:
        """Uvicorn with `baselines/fastapi_app.py`."""
        application = ("fastapi_app:app", "--app-dir", str(BASELINES))
        command = (self._python, "-m", "uvicorn", "--port", str(port), "--no-access-log", *application)
        return served(*command, port=port, folder=BASELINES, path=SERVICE_READY)

    def execute(self, statement: str) -> None:
        """By psycopg."""
        connect = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL'], autocommit=True)"
        subprocess.run([self._python, "-c", f"{connect}.execute({statement!r})"], check=True)


class TypeScript:
    """A project with Fastify or Express."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._node = str(project / "node_modules/.bin/node")
        dependencies = json.loads((project / "package.json").read_text())["dependencies"]
        self._framework = next(name for name in ("fastify", "express") if name in dependencies)
        self.service = (self._node, "dist/main.js", "web")

    @contextlib.contextmanager
    def minimal(self, port: int) -> Iterator[Server]:
        """Node with `baselines/fastify.mjs` or `express.mjs`, in a folder that has the project's packages."""
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            for module in BASELINES.glob("*.mjs"):
                shutil.copy(module, folder)
            (folder / "node_modules").symlink_to(self._project / "node_modules")
            command = (self._node, f"{self._framework}.mjs")
            variables = {"PORT": str(port), "NODE_ENV": "production"}
            with served(*command, port=port, folder=folder, path="/hello", **variables) as server:
                yield server

    def execute(self, statement: str) -> None:
        """By node-postgres."""
        script = (
            "import pg from 'pg'; const client = new pg.Client(process.env.DATABASE_URL);"
            f"await client.connect(); await client.query({json.dumps(statement)}); await client.end();"
        )
        command = [self._node, "--input-type=module", "--eval", script]
        subprocess.run(command, check=True, cwd=self._project)


def stack_of(project: Path) -> Stack:
    """The stack of a rendered project."""
    return TypeScript(project) if (project / "package.json").exists() else Python(project)
