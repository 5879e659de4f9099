"""`scaffold settings`: what an organisation has set, and where each value is from."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("settings")(settings)


def settings(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the settings in force, and where each value is from."""
    merged = _merged()
    if as_json:
        typer.echo(json.dumps(merged, indent=2, ensure_ascii=False))
        return
    rows = [(name, merged[name]) for name in ("file", "template", "ref")] + list(merged["answers"].items())
    width = max(len(name) for name, _ in rows)
    for name, row in rows:
        typer.echo(f"{name:{width}}  {_text(row['value'])}  ({row['from']})")


def _merged() -> dict[str, Any]:
    from scaffold import answers, questions, settings, source  # noqa: PLC0415 only when it runs

    path, named_by = settings.location()
    found = settings.load()
    origin = "settings" if found.template else "this installation"
    with source.open(None, None, found) as template:
        layers = answers.Layers(defaults=found.defaults, fixed=found.fixed)
        resolved = answers.resolve(questions.load(template.root), layers)
        return {
            "file": {"value": str(path), "from": named_by if found.path else f"{named_by}, not there"},
            "template": {"value": template.src_path, "from": origin},
            "ref": {"value": template.commit, "from": "settings" if found.ref else origin},
            "answers": {
                name: {"value": value, "from": resolved.origins[name]}
                for name, value in resolved.values.items()
            },
        }


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
