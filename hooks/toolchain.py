"""Runs one command that a project's language names for the time around a rendering.

The facts are in catalog/languages/ID.yml, as `hook: {lock: [argv], check: [argv], tools: {TOOL: HINT}}`.
"""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

TOOL_IS_MISSING = 4
CATALOG = Path(__file__).parent.parent / "catalog"


def main(step: str, arguments: list[str]) -> int:
    """Run the command `step` in the project whose folder is the only argument; its exit code."""
    try:
        import yaml  # noqa: PLC0415 the script explains its absence
    except ModuleNotFoundError:
        return _refuse("PyYAML is not installed for this Python", "run the script with scaffold's own Python")
    if len(arguments) != 1:
        return _refuse("the project's folder is missing", "give it as the only argument")
    project = Path(arguments[0])
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    stack = yaml.safe_load((CATALOG / "stacks" / f"{answers['stack']}.yml").read_text(encoding="utf-8"))
    language = yaml.safe_load(
        (CATALOG / "languages" / f"{stack['language']}.yml").read_text(encoding="utf-8")
    )
    return _run(step, language.get("hook", {}), project)


def _run(step: str, hook: dict[str, Any], project: Path) -> int:
    if step not in hook:
        return 0
    for tool, hint in hook.get("tools", {}).items():
        if shutil.which(tool) is None:
            return _refuse(f"`{tool}` is not on PATH", hint)
    status = subprocess.run(hook[step], cwd=project, check=False).returncode
    if status:
        command = shlex.join(hook[step])
        print(
            f"`{command}` ended with {status}",
            "hint: run it in the project to see why",
            sep="\n",
            file=sys.stderr,
        )
    return status


def _refuse(reason: str, hint: str) -> int:
    print(reason, f"hint: {hint}", sep="\n", file=sys.stderr)
    return TOOL_IS_MISSING
