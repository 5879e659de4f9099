"""The files of a project around the reference service; some broken promises are in these."""

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import yaml

from scaffold.verify import ports
from scaffold.verify.contract import FILE_NAME

REFERENCE = Path(__file__).parent / "reference"
PLAIN = {"type": "integer", "required": False, "secret": False}
URL = {"type": "url", "secret": True, "malformed": "nowhere"}


def write(folder: Path, broken: str | None = None, command: list[str] | None = None) -> None:
    """Write the contract and the files that repeat it."""
    port = ports.reserve()
    switch = [f"--break={broken}"] if broken else []
    program = command or [sys.executable, "-I", "-S", "-B", str(REFERENCE)]
    contract = document([*program, *switch, str(port)], port)
    (folder / FILE_NAME).write_text(yaml.safe_dump(contract), encoding="utf-8")
    (folder / "settings.toml").write_text("", encoding="utf-8")
    names = [variable["name"] for variable in contract["variables"] if "set_by" not in variable]
    _env_example(folder, names[1:] if broken == "x-env-example" else names)
    _procfile(folder, contract["processes"], "--verbose" if broken == "x-procfile" else "")
    _compose(folder, names, broken)
    _manifest(folder, [*names, "APP_ENV"] if broken == "x-manifest-variables" else names)


def _env_example(folder: Path, names: list[str]) -> None:
    (folder / ".env.example").write_text("".join(f"# {name}=\n" for name in names), encoding="utf-8")


def _procfile(folder: Path, processes: dict[str, Any], more: str) -> None:
    lines = [f"{name}: {shlex.join(process['command'])} {more}\n" for name, process in processes.items()]
    (folder / "Procfile").write_text("".join(lines), encoding="utf-8")


def _compose(folder: Path, names: list[str], broken: str | None) -> None:
    given = [*names, "NODE_ENV"] if broken == "x-compose-variables" else names
    web = {"build": ".", "environment": dict.fromkeys(given, "")}
    worker = {**web, "build": "worker" if broken == "i-one-image" else "."}
    image = "postgres:17" if broken == "x-engines" else "postgres:18"
    services = {"web": web, "worker": worker, "database": {"image": image}}
    if broken == "x-pinned-images":
        services["mail"] = {"image": "axllent/mailpit:latest"}
    (folder / "compose.yaml").write_text(json.dumps({"services": services}), encoding="utf-8")


def _manifest(folder: Path, names: list[str]) -> None:
    (folder / "deploy").mkdir(exist_ok=True)
    document = {"kind": "ConfigMap", "data": dict.fromkeys(names, "")}
    (folder / "deploy" / "configuration.yaml").write_text(json.dumps(document), encoding="utf-8")


def document(command: list[str], port: int) -> dict[str, Any]:
    """The reference service's contract."""
    return {
        "version": 1,
        "name": "reference",
        "processes": {name: {"command": [*command, name], "http": True} for name in ("web", "worker")},
        "http": {
            "port_variable": "PORT",
            "liveness": "/livez",
            "readiness": "/readyz",
            "metrics": "/metrics",
            "openapi": "/openapi.json",
            "version": "/version",
        },
        "variables": variables(port),
        "services": [
            {
                "id": "database",
                "variable": "DATABASE_URL",
                "readiness": "required",
                "engine": "postgres:18",
            },
            {"id": "cache", "variable": "CACHE_URL", "readiness": "reported"},
        ],
        "migrations": {"up": [*command, "migrate"], "down": [*command, "migrate", "--down"]},
        "admin": {"console": [*command, "console"], "create-admin": [*command, "create-admin"]},
        "budgets": {"ready_seconds": 2, "grace_seconds": 25},
        "requests": {
            "sample": {"method": "GET", "path": "/items", "status": 200},
            "create": {"method": "POST", "path": "/items", "json": {"name": "Ada"}, "status": 201},
            "slow": {"method": "GET", "path": "/slow", "status": 200},
            "upload": {"method": "POST", "path": "/files", "size": 100_000, "status": 201},
            "job": {
                "method": "POST",
                "path": "/jobs",
                "status": 201,
                "done": {"state": "done"},
                "log": "job done",
            },
        },
    }


def variables(port: int) -> list[dict[str, Any]]:
    """Every variable that the reference service reads."""
    levels = ["debug", "info", "warning", "error"]
    return [
        {"name": "PORT", **PLAIN, "default": str(port), "minimum": 1, "maximum": 65535, "malformed": "70000"},
        {
            "name": "LOG_LEVEL",
            **PLAIN,
            "type": "enum",
            "values": levels,
            "default": "info",
            "malformed": "loud",
        },
        {"name": "SHUTDOWN_GRACE_SECONDS", **PLAIN, "default": "25", "minimum": 1, "malformed": "soon"},
        {"name": "SHUTDOWN_DELAY_SECONDS", **PLAIN, "default": "0", "minimum": 0, "malformed": "-1"},
        {"name": "DATABASE_URL", **URL, "required": True},
        {"name": "CACHE_URL", **URL, "required": False},
        {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", **PLAIN, "type": "url", "malformed": "collector"},
        {"name": "SERVICE_REVISION", **PLAIN, "type": "string", "default": "unknown", "set_by": "image"},
    ]
