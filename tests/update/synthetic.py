"""A small template with two releases, and projects made from the first."""

import shutil
from pathlib import Path

from tests.support.repository import commit, git

SETTINGS = """\
_subdirectory: template
_templates_suffix: .jinja
_answers_file: .copier-answers.yml
_envops:
  variable_start_string: "[[ "
  variable_end_string: " ]]"
  block_start_string: "[% "
  block_end_string: " %]"
  comment_start_string: "[# "
  comment_end_string: " #]"
  trim_blocks: true
  lstrip_blocks: true
  keep_trailing_newline: true
  undefined: jinja2.StrictUndefined
name: {type: str, default: tea}
extra: {type: yaml, multiselect: true, choices: {One: one, Two: two}, default: []}
shout: {type: str, when: false, default: "[[ name | upper ]]"}
"""
RECORD = "template/[[ _copier_conf.answers_file ]].jinja"


def lines(word: str, **changed: str) -> str:
    """Twenty lines, `word 1` to `word 20`, some of them with another text (`at5="..."`)."""
    return "".join(changed.get(f"at{number}", f"{word} {number}") + "\n" for number in range(1, 21))


FIRST: dict[str, str | bytes] = {
    "copier.yml": SETTINGS,
    RECORD: "[[ _copier_answers | to_nice_yaml ]]\n",
    "template/README.md.jinja": "# [[ name ]], that is [[ shout ]]\n\n" + lines("read"),
    "template/src/app.txt": lines("app"),
    "template/src/quiet.txt": lines("quiet"),
    "template/src/old name.txt": lines("moved"),
    "template/leaving/it.txt": lines("leaving"),
    "template/notes/first.txt": lines("note"),
    "template/run.sh": "#!/bin/sh\necho run\n",
    "template/logo.bin": bytes(range(256)),
    "template/old.dat": lines("data"),
    "template/windows.bat": "echo a\r\necho b\r\n",
    "template/.gitignore": "*.log\n",
    "template/.gitattributes": "*.bat text eol=crlf\n",
    "template/extra.txt.jinja": "[% for e in extra %][[ e ]]\n[% endfor %]\n" + lines("extra"),
}
SECOND: dict[str, str | bytes] = {
    **{path: content for path, content in FIRST.items() if "/old" not in path and "/leaving" not in path},
    "template/new.dat": lines("data"),
    "template/src/app.txt": lines("app", at10="app ten, as the template now says"),
    "template/src/new name.txt": lines("moved", at15="moved fifteen, as the template now says"),
    "template/fresh/added.txt": lines("added"),
    "template/notes/second.txt": lines("second"),
    "template/windows.bat": "echo a\r\necho b\r\necho c\r\n",
    "template/run.sh": "#!/bin/sh\necho run on\n",
}
EXECUTABLE = {"template/run.sh"}


def release(folder: Path, files: dict[str, str | bytes], tag: str) -> None:
    """Make `files` the whole content of the template at `folder`, as release `tag`."""
    for entry in folder.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        target.chmod(0o755 if path in EXECUTABLE else 0o644)
    commit(folder, f"Release {tag}", tag)


def template(folder: Path) -> Path:
    """The template with its releases v0.1.0 and v0.2.0."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    release(folder, FIRST, "v0.1.0")
    release(folder, SECOND, "v0.2.0")
    return folder
