"""What lies in an image: every file of every layer, also those that a later layer removes."""

import json
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from scaffold.verify.registry import Skipped

SAVE_SECONDS = 90.0
SMALL = 64 << 10
"""Bytes up to which a file's content is read; credentials are short."""


@dataclass(frozen=True)
class Entry:
    """One file or folder of one layer; `content` is empty for a folder and for a large file."""

    layer: str
    path: PurePosixPath
    uid: int
    gid: int
    mode: int
    content: bytes


class Export:
    """An image as the engine saves it; its layers come in any order."""

    def __init__(self, image: str) -> None:
        self._image = image
        self.order: list[str] = []
        """The layers from the base upwards; known once all entries were read."""

    def entries(self) -> Iterator[Entry]:
        """Read every file of every layer as a stream.

        Raises:
            Skipped: the engine gives no whole archive of it in time.
        """
        try:
            with _exported(self._image) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
                for blob in archive:
                    data = archive.extractfile(blob) if blob.isfile() else None
                    if data is not None and blob.name == "manifest.json":
                        self.order = json.load(data)[0]["Layers"]
                    elif data is not None:
                        yield from _layer(blob.name, data)
        except tarfile.TarError as error:
            raise Skipped(f"`docker save {self._image}` gave no whole archive: {error}") from error


@contextmanager
def _exported(image: str) -> Iterator[IO[bytes]]:
    saving = subprocess.Popen(
        ("docker", "save", image), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    limit = threading.Timer(SAVE_SECONDS, saving.kill)
    limit.start()
    try:
        assert saving.stdout is not None  # noqa: S101 - it was asked for above
        with saving.stdout as stream:
            yield stream
    finally:
        limit.cancel()
        saving.kill()
        saving.wait()


def _layer(name: str, data: IO[bytes]) -> Iterator[Entry]:
    """Yield the files of a blob; none if it is a description and no layer."""
    try:
        layer = tarfile.open(fileobj=data, mode="r|*")  # noqa: SIM115 - a blob that is no layer fails here only
    except tarfile.ReadError:
        return
    with layer:
        for member in layer:
            if member.isfile() or member.isdir():
                small = layer.extractfile(member) if member.size <= SMALL else None
                content = small.read() if small is not None else b""
                path = PurePosixPath("/", member.name)
                yield Entry(name, path, member.uid, member.gid, member.mode, content)
