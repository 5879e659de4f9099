"""Reads a contract's text: bounded, since it may be anybody's."""

from pathlib import Path
from typing import Any

import yaml

LARGEST = 256 << 10
"""Bytes; a contract of a hundred variables has a tenth of that."""


class TooMuch(yaml.YAMLError):
    """The document is larger than any contract, or refers to itself."""


class _Loader(yaml.SafeLoader):
    """A safe loader without aliases: a few lines of them stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node that is written out."""
        if self.check_event(yaml.AliasEvent):
            line = self.get_mark().line + 1
            raise TooMuch(f"line {line} has an alias; write the value out")
        return super().compose_node(parent, index)


def read(file: Path) -> Any:
    """Read a YAML document.

    Raises:
        OSError: it cannot be read, or is no regular file.
        UnicodeDecodeError, yaml.YAMLError: it is no YAML, or more than any contract.
    """
    if file.exists() and not file.is_file():
        raise OSError("it is no regular file")
    with file.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise TooMuch(f"it is larger than {LARGEST >> 10} KiB")
    try:
        return yaml.load(data.decode(), _Loader)  # noqa: S506 - a safe loader
    except RecursionError as error:
        raise TooMuch("it is nested too deeply") from error
