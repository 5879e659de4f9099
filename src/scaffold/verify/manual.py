"""docs/verify.md: the list of checks is written from the registry, the rest by hand around it."""

import sys
from pathlib import Path

from scaffold.verify.registry import FACTORS, Check, all_checks

BEGIN, END = "<!-- checks: begin -->", "<!-- checks: end -->"


def with_checks(document: str, checks: list[Check]) -> str:
    """Put the list of checks between the marks of the document."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{_listed(checks)}\n{END}{after}"


def _listed(checks: list[Check]) -> str:
    lines = []
    for factor, title in FACTORS.items():
        lines += [
            f"### {factor} {title}",
            "",
            "| check | promise | what is done | needs |",
            "|---|---|---|---|",
        ]
        lines += [_row(check) for check in checks if check.factor == factor]
        lines.append("")
    return "\n".join(lines)


def _row(check: Check) -> str:
    needs = ", ".join(f"`{name}`" for name in check.needs) or "-"
    return f"| `{check.id}` | {check.promise} | {check.done} | {needs} |"


def main() -> None:
    """Write the list of checks into the document that is named."""
    document = Path(sys.argv[1])
    document.write_text(with_checks(document.read_text(encoding="utf-8"), all_checks()), encoding="utf-8")


if __name__ == "__main__":
    main()
