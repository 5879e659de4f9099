"""The templates of a fleet: each fetched once in a run, each version of one checked out once."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scaffold import clone, git, questions, releases
from scaffold.errors import ExitCode, ScaffoldError, UnsupportedTemplateError, did_you_mean
from scaffold.fleet import mirror
from scaffold.fleet.address import shown
from scaffold.git import GitError
from scaffold.versions import Version

if TYPE_CHECKING:
    from pathlib import Path

    from scaffold.questions import Form

REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", "+HEAD:refs/scaffold/head")


@dataclass(frozen=True)
class Edition:
    """A version of a template on disk; `form` is None where only Copier reads its questions."""

    version: Version
    full: str
    form: Form | None


@dataclass(frozen=True)
class Template:
    """A template's history in the bare repository `mirror`; `src_path` is what projects record of it."""

    src_path: str
    mirror: Path
    tags: tuple[str, ...]

    def commit(self, ref: str) -> str:
        """The full hash that `ref` means; exit 2 where it means nothing."""
        try:
            return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        except GitError as error:
            raise ScaffoldError(
                f"the template `{self.src_path}` has no `{ref}`",
                hint=did_you_mean(ref, self.tags)
                + "if the template has moved, name its place with --template",
            ) from error

    def newest(self) -> str:
        """The newest release, else the tip of the default branch."""
        return clone.newest(self.tags) or "refs/scaffold/head"

    def described(self, commit: str) -> str:
        """How a project records `commit`."""
        return self._git("describe", "--tags", "--always", commit)

    def contains(self, commit: str, ancestor: str) -> bool:
        """Whether `ancestor` is in the history of `commit`."""
        try:
            self._git("merge-base", "--is-ancestor", ancestor, commit)
        except GitError:
            return False
        return True

    def behind(self, version: str) -> int:
        """How many releases came after `version`."""
        return sum(clone.newest([tag]) is not None and releases.is_newer(tag, version) for tag in self.tags)

    def _git(self, *arguments: str) -> str:
        return git.run(*arguments, cwd=self.mirror).strip()


@dataclass
class Library:
    """Templates in `cache`, and their versions in the folder `run`, which the processes of a run share."""

    run: Path
    cache: Path
    _templates: dict[str, Template] = field(default_factory=dict)
    _editions: dict[tuple[str, str], Edition] = field(default_factory=dict)
    _pairs: dict[tuple[str, str, str | None], tuple[Edition, Edition]] = field(default_factory=dict)

    def template(self, source: str) -> Template:
        """The template at `source`, a path or a URL; it is fetched by whoever asks first."""
        if source not in self._templates:
            address, local = clone.locate(source)
            recorded = address if local else clone.without_credentials(source)
            folder = self.cache / "templates" / mirror.key(shown(address))
            tags = self._fetched(address, folder)
            self._templates[source] = Template(recorded, folder, tuple(tags))
        return self._templates[source]

    def between(self, source: str, commit: str, ref: str | None) -> tuple[Edition, Edition]:
        """The version `commit` and the one to go to, as `scaffold.versions.between` chooses it."""
        if (source, commit, ref) not in self._pairs:
            self._pairs[source, commit, ref] = self._between(self.template(source), commit, ref)
        return self._pairs[source, commit, ref]

    def _between(self, template: Template, commit: str, ref: str | None) -> tuple[Edition, Edition]:
        had, wanted = template.commit(commit), template.commit(ref or template.newest())
        if had == wanted:
            same = self.edition(template, wanted, template.described(wanted))
            return same, same
        old = self.edition(template, had, commit)
        if ref is None and template.contains(had, wanted):
            return old, old
        return old, self.edition(template, wanted, template.described(wanted))

    def edition(self, template: Template, full: str, recorded: str) -> Edition:
        """The files of one commit, which a project records as `recorded`."""
        if (full, recorded) not in self._editions:
            folder = self.run / "versions" / f"{template.mirror.name}-{full}"
            with mirror.locked(folder.with_suffix(".lock")):
                if not folder.is_dir():
                    _check_out(template.mirror, full, folder)
            version = Version(folder, template.src_path, recorded)
            self._editions[full, recorded] = Edition(version, full, _form(folder))
        return self._editions[full, recorded]

    def _fetched(self, address: str, folder: Path) -> list[str]:
        """The template's tags; what came of the first attempt in this run holds for all of it."""
        done = self.run / "templates" / f"{folder.name}.json"
        with mirror.locked(done.with_suffix(".lock")):
            if not done.is_file():
                done.write_text(json.dumps(self._fetch(address, folder)), encoding="utf-8")
        result: dict[str, Any] = json.loads(done.read_text(encoding="utf-8"))
        if "error" in result:
            raise ScaffoldError(result["error"], hint=result["hint"], code=ExitCode.SURROUNDINGS)
        return list(result["tags"])

    def _fetch(self, address: str, folder: Path) -> dict[str, Any]:
        try:
            with mirror.locked(folder.with_suffix(".lock")):
                mirror.fetch(address, folder, "--prune", "--no-tags", "fleet", *REFS)
                return {"tags": git.run("tag", "--list", cwd=folder).split()}
        except ScaffoldError as error:
            return {"error": f"the template {error.message}", "hint": error.hint}


def _check_out(repository: Path, commit: str, folder: Path) -> None:
    options = ("--quiet", "--shared", "--no-checkout", "--template=", "--no-recurse-submodules")
    draft = folder.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    git.run("clone", *options, "--", str(repository), str(draft))
    git.run("checkout", "--quiet", "--detach", commit, cwd=draft)
    draft.rename(folder)


def _form(root: Path) -> Form | None:
    try:
        return questions.load(root)
    except UnsupportedTemplateError:
        return None
