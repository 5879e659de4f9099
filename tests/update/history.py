"""A small template with ten releases: layers and folders move, questions join, versions rise."""

import re
from pathlib import Path

from tests.support.repository import git
from tests.update.synthetic import RECORD, SETTINGS, lines, release

COUNT = 10
TAGS = [f"v0.{number}.0" for number in range(1, COUNT + 1)]
SERVICES = ["one", "two", "three"]
QUESTIONS = SETTINGS.replace(
    "extra: {type: yaml, multiselect: true, choices: {One: one, Two: two}, default: []}",
    "services: {type: yaml, multiselect: true, choices: {One: one, Two: two, Three: three}, default: []}",
)
JOINING = {
    3: "team: {type: str, default: platform}\n",
    5: "region: {type: str, choices: {North: north, South: south}, default: north}\n",
    8: 'tier: {type: str, default: "[[ team ]]-tier"}\n',
}
LAYERS = (
    "{folder}: {{type: yaml, when: false, default: "
    "\"{{[% for id in ['one', 'two', 'three'] %][[ id ]]: '[[ '.' if id in services ]]', [% endfor %]}}\"}}\n"
)
RENAMED_LAYER, RENAMED_FOLDER, RENAMED_FILE, LEAVING, JOINED = 4, 6, 2, 7, 9


def answers_of(number: int) -> list[str]:
    """Questions that release `number` asks."""
    asked = "".join(text for since, text in JOINING.items() if since <= number)
    return ["name", "services", *re.findall(r"^(\w+):", asked, re.MULTILINE)]


def files(number: int) -> dict[str, str | bytes]:
    """The whole template at release `number`."""
    layer = "with" if number < RENAMED_LAYER else "using"
    notes = "notes" if number < RENAMED_FOLDER else "docs/notes"
    joined = "".join(text for since, text in JOINING.items() if since <= number)
    later = "".join(f"[[ {name} ]]\n" for name in answers_of(number)[2:])
    found: dict[str, str | bytes] = {
        "copier.yml": QUESTIONS + joined + LAYERS.format(folder=layer),
        RECORD: "[[ _copier_answers | to_nice_yaml ]]\n",
        "template/README.md.jinja": f"# [[ name ]] of v0.{number}\n\n" + lines("read") + later,
        "template/versions.txt": f"runtime 3.{number}\n" + lines("pin", **{f"at{number}": f"pin 1.{number}"}),
        "template/src/app.txt": lines("app", at10=f"app ten of {number // 2}"),
        "template/src/quiet.txt": lines("quiet"),
        f"template/src/{'old' if number < RENAMED_FILE else 'new'} name.txt": lines(
            "moved", at15=f"moved of {number}"
        ),
        f"template/{notes}/first.txt": lines("note"),
        f"template/{notes}/second.txt": lines("second", at3=f"second of {number // 3}"),
        "template/run.sh": f"#!/bin/sh\necho run {number // 4}\n",
        "template/logo.bin": bytes(range(256)),
        "template/windows.bat": f"echo a\r\necho {number // 5}\r\n",
        "template/.gitignore": "*.log\n",
        "template/.gitattributes": "*.bat text eol=crlf\n",
        **{f"template/[[ {layer}.{id_} ]]/parts/{id_}.txt": lines(id_) for id_ in SERVICES},
        "template/parts.txt.jinja": "[% for id in services %][[ id ]]\n[% endfor %]\n" + lines("part"),
    }
    if number < LEAVING:
        found["template/leaving/it.txt"] = lines("leaving")
    if number >= JOINED:
        found["template/fresh/added.txt"] = lines("added")
    return found


def template(folder: Path) -> Path:
    """The template with its releases, `TAGS`."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    for number, tag in enumerate(TAGS, 1):
        release(folder, files(number), tag)
    return folder
