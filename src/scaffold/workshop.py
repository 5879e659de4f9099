"""File trees built, merged and compared by git, in a repository that borrows the project's objects.

The project's repository and its configuration take no part: no merge driver, filter or hook of it can run,
and nothing in it changes.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scaffold import place
from scaffold.errors import ExitCode, ScaffoldError
from scaffold.gitcommand import NEEDED, GitError, call
from scaffold.hunks import PROJECT, TEMPLATE
from scaffold.merge import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scaffold.merge import Merge
    from scaffold.render import Rendering
    from scaffold.worktree import Worktree

OLDEST = (2, 38)
# New files of the template follow a folder that the project renamed, and the other way round.
SETTINGS = (
    "merge.directoryRenames=true",
    "merge.renames=true",
    "merge.renameLimit=0",
    "diff.renameLimit=0",
    "gc.auto=0",
)
REGULAR = {"100644", "100755"}
LINE_ENDS = r"^core\.(autocrlf|eol)$"
PERSON = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "scaffold"), ("EMAIL", "scaffold@localhost"), ("DATE", "@0 +0000"))
}


class Entry(NamedTuple):
    """A file in a tree: git's mode (`100644`, `100755`, `120000`, `160000`) and the name of its content."""

    mode: str
    name: str


class Change(NamedTuple):
    """A file that differs between two trees; `origin` is its former path if it was renamed."""

    path: str
    before: Entry | None
    after: Entry | None
    origin: str = ""


@dataclass(frozen=True)
class Workshop:
    """The repository in which trees are built and merged."""

    folder: Path
    settings: tuple[str, ...]

    def start(self, object_format: str, objects: Path) -> None:
        """Make the repository; it finds in `objects` what it does not hold itself."""
        self.git("init", "--quiet", "--template=", f"--object-format={object_format}")
        alternates = self.folder / "repository/objects/info/alternates"
        alternates.parent.mkdir(exist_ok=True)
        alternates.write_bytes(os.fsencode(objects) + b"\n")

    def tree(self, rendering: Rendering) -> str:
        """Name of the tree that git would commit of `rendering`, its line ends by its own .gitattributes."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            files = Path(name, "files")
            place.write(rendering, files)
            build = {"GIT_INDEX_FILE": f"{name}/index", "GIT_WORK_TREE": str(files)}
            self.git("add", "--all", "--force", "--", ".", cwd=files, environment=build)
            return self._name("write-tree", cwd=files, environment=build)

    def content(self, name: str) -> bytes:
        """Content of the file that git calls `name`."""
        return self.git("cat-file", "blob", name)

    def size(self, name: str) -> int:
        """Bytes of the file that git calls `name`."""
        return int(self.git("cat-file", "-s", name))

    def file(self, tree: str, path: str) -> Entry | None:
        """The file `path` of `tree`, or None if it has no such file."""
        listed = os.fsdecode(self.git("ls-tree", "-z", tree, "--", f":(literal){path}"))
        mode, kind, name = listed.partition("\t")[0].split(" ") if listed else ("", "", "")
        return Entry(mode, name) if kind == "blob" else None

    def entries(self, tree: str) -> dict[str, Entry]:
        """Every file of `tree` by path, links and submodules included."""
        listed = os.fsdecode(self.git("ls-tree", "-r", "-z", tree)).split("\0")[:-1]
        found = (line.split("\t", 1) for line in listed)
        return {path: Entry(facts.split(" ")[0], facts.split(" ")[2]) for facts, path in found}

    def edited(self, tree: str, changes: Mapping[str, Entry | None]) -> str:
        """`tree` with other files at some paths, or with none there."""
        if not changes:
            return tree
        index = self._index(tree)
        lines = (f"{e.mode} {e.name}\t{p}" if e else f"0 {'0' * len(tree)}\t{p}" for p, e in changes.items())
        given = b"".join(os.fsencode(line) + b"\0" for line in lines)
        self.git("update-index", "-z", "--index-info", environment=index, given=given)
        return self._name("write-tree", environment=index)

    def grafted(self, commit: str, prefix: str, tree: str) -> str:
        """The tree of `commit` with `tree` in the folder `prefix` (empty, or with a slash at its end)."""
        if not prefix:
            return tree
        index = {"GIT_INDEX_FILE": str(self.folder / "index-whole")}
        self.git("read-tree", commit, environment=index)
        self.git("rm", "-r", "--cached", "--quiet", "--", prefix, environment=index)
        self.git("read-tree", f"--prefix={prefix}", tree, environment=index)
        return self._name("write-tree", environment=index)

    def merge(self, base: str, ours: str, theirs: str) -> Merge:
        """Bring the changes from tree `base` to `theirs` into `ours`, following renames of both sides."""
        start = self.commit(base)
        for name, tree in ((PROJECT, ours), (TEMPLATE, theirs)):
            self.git("update-ref", f"refs/heads/{name}", self.commit(tree, start))
        attributes = self.folder / "attributes"
        attributes.write_bytes(self.git("cat-file", "blob", f"{ours}:.gitattributes", accepted=(0, 128)))
        options = ("-c", f"core.attributesFile={attributes}")
        request = ("merge-tree", "--write-tree", "-z", "--messages", PROJECT, TEMPLATE)
        try:
            answer = self.git(*options, *request, accepted=(0, 1))
        except GitError as error:
            raise (self._too_old() or error) from error
        return parse(answer)

    def changes(self, old: str, new: str) -> list[Change]:
        """What differs from tree `old` to `new`, by path."""
        raw = os.fsdecode(self.git("diff-tree", "-r", "-z", "-M", "--raw", old, new)).split("\0")
        return sorted(_changes(iter(raw[:-1])))

    def patch(self, old: str, new: str, paths: Sequence[str] = ()) -> str:
        """The same in git's format for patches; of `paths` alone if there are any."""
        options = ("-r", "-p", "-M", "--no-textconv", "--no-ext-diff")
        chosen = [f":(literal){path}" for path in paths]
        return self.git("diff-tree", *options, old, new, "--", *chosen).decode(errors="replace")

    def export(self, tree: str, paths: Iterable[str], folder: Path) -> None:
        """Write the files `paths` of `tree` below `folder`, their line ends as a checkout would."""
        given = b"".join(os.fsencode(path) + b"\0" for path in paths)
        self.git(
            "checkout-index",
            "-z",
            "--stdin",
            f"--prefix={folder}/",
            environment=self._index(tree),
            given=given,
        )

    def _index(self, tree: str) -> dict[str, str]:
        index = {"GIT_INDEX_FILE": str(self.folder / f"index-{tree}")}
        self.git("read-tree", tree, environment=index)
        return index

    def commit(
        self, tree: str, *parents: str, message: str = "tree", person: Mapping[str, str] | None = None
    ) -> str:
        """Name of a commit of `tree`, which nothing points to yet."""
        options = [part for parent in parents for part in ("-p", parent)]
        return self._name("commit-tree", tree, *options, "-m", message, environment=person or PERSON)

    def _too_old(self) -> ScaffoldError | None:
        version = self.git("version").decode().split()[2]
        major, minor = map(int, version.split(".")[:2])
        if (major, minor) >= OLDEST:
            return None
        return ScaffoldError(f"git {version} cannot merge trees", hint=NEEDED, code=ExitCode.MISSING_TOOL)

    def _name(
        self, *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> str:
        return self.git(*arguments, cwd=cwd, environment=environment).decode().strip()

    def git(
        self,
        *arguments: str,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        given: bytes = b"",
        accepted: Sequence[int] = (0,),
    ) -> bytes:
        """Output of `git ARGUMENTS` in this repository, which no configuration but ours reaches."""
        empty = self.folder / "empty"
        own = {
            "GIT_DIR": str(self.folder / "repository"),
            "GIT_WORK_TREE": str(empty),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "0",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            **(environment or {}),
        }
        return call(
            *arguments,
            cwd=cwd or empty,
            settings=self.settings,
            environment=own,
            given=given,
            accepted=accepted,
        )


@contextmanager
def workshop(worktree: Worktree) -> Iterator[Workshop]:
    """A throw-away workshop that can read the objects of the project's repository."""
    with tempfile.TemporaryDirectory(prefix="scaffold-") as name:
        folder = Path(name)
        (folder / "empty").mkdir()
        shop = Workshop(folder, (*SETTINGS, *worktree.settings(LINE_ENDS)))
        shop.start(worktree.object_format, worktree.objects)
        yield shop


def _changes(fields: Iterator[str]) -> Iterator[Change]:
    for facts in fields:
        old_mode, new_mode, old, new, status = facts.lstrip(":").split(" ")
        path = next(fields)
        before = None if status == "A" else Entry(old_mode, old)
        after = None if status == "D" else Entry(new_mode, new)
        yield (
            Change(next(fields), before, after, path)
            if status.startswith("R")
            else Change(path, before, after)
        )
