"""docs/manifests.md: the list of rules is written from the registry, the rest by hand around it."""

import sys
from pathlib import Path

from scaffold.manifests.registry import Rule, all_rules

BEGIN, END = "<!-- rules: begin -->", "<!-- rules: end -->"


def with_rules(document: str, rules: list[Rule]) -> str:
    """Put the list of rules between the marks of the document."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = "\n".join(f"| `{rule.id}` | {rule.promise} | {rule.fix} |" for rule in rules)
    return f"{before}{BEGIN}\n\n| rule | promise | fix |\n|---|---|---|\n{rows}\n\n{END}{after}"


def main() -> None:
    """Write the list of rules into the document that is named."""
    document = Path(sys.argv[1])
    document.write_text(with_rules(document.read_text(encoding="utf-8"), all_rules()), encoding="utf-8")


if __name__ == "__main__":
    main()
