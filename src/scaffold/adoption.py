"""Brings a service that nobody generated under a template, by adding files and changing none."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from scaffold import answers, confined, delivery, evidence, questions, source
from scaffold.errors import ExitCode, ScaffoldError
from scaffold.journal import Journal
from scaffold.opening import refuse_uncommitted
from scaffold.plan import Plan
from scaffold.record import ANSWERS_FILE
from scaffold.shelf import Shelf
from scaffold.versions import Version
from scaffold.workshop import Change, workshop
from scaffold.worktree import find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from scaffold.answers import Answers, Ask
    from scaffold.settings import Settings
    from scaffold.source import Source
    from scaffold.workshop import Entry, Workshop
    from scaffold.worktree import Worktree

BRANCH = "scaffold/adopt"


@dataclass(frozen=True)
class Request:
    """What is wanted: `answers` win over what the files tell; `ask` is called for the rest."""

    project: Path
    answers: Mapping[str, Any]
    template: str | None = None
    ref: str | None = None
    branch: str = BRANCH
    dry_run: bool = False
    ask: Ask | None = None


@dataclass(frozen=True)
class Adoption:
    """Answers and where each is from, and the template's files by what became of them.

    `added` are on the branch; `differing` stay as the project has them, and so do those `in_the_way`, whose
    place is taken by something else. `patch` leads from the template's files to the project's differing ones.
    """

    answers: Mapping[str, Any]
    origins: Mapping[str, str]
    version: str
    added: tuple[str, ...]
    differing: tuple[str, ...]
    same: tuple[str, ...]
    in_the_way: tuple[str, ...]
    patch: str
    branch: str = ""
    commit: str = ""

    def facts(self) -> dict[str, Any]:
        """All of it for JSON."""
        return {**asdict(self), "answers": dict(self.answers), "origins": dict(self.origins)}


def adopt(request: Request, settings: Settings, tell: Callable[[str], None]) -> Adoption:
    """Do what is requested; the working tree, the index and HEAD stay as they are."""
    tree = find(request.project)
    with Journal(tree.top, tree.git_dir, tree.head()).locked():
        _refuse_record(tree)
        refuse_uncommitted(tree)
        tree.refuse_branch(request.branch)
        with source.open(request.template, request.ref, settings) as template:
            for warning in template.warnings:
                tell(f"warning: {warning}")
            version = _version(template)
            known, origins = _answers(request, tree, template, settings)
            (rendering,) = Shelf().render([(version, known.values)])
        with workshop(tree) as shop:
            return _made(request, shop, tree, shop.tree(rendering), (known.values, origins, version.commit))


def _refuse_record(tree: Worktree) -> None:
    if (tree.project / ANSWERS_FILE).exists():
        raise ScaffoldError(
            f"`{tree.project}` has a {ANSWERS_FILE} already",
            hint="scaffold update brings it to a newer version of its template",
            code=ExitCode.CONFLICT,
        )


def _version(template: Source) -> Version:
    if template.commit is None:
        raise ScaffoldError(
            f"`{template.src_path}` has no history, so that what comes of it cannot be updated",
            hint="name the template's git repository with --template",
        )
    return Version(template.root, template.src_path, template.commit)


def _answers(
    request: Request, tree: Worktree, template: Source, settings: Settings
) -> tuple[Answers, dict[str, str]]:
    offered = evidence.load(template.root)
    guessed = evidence.guess(tree.project, offered) if offered else {}
    if offered and "stack" not in {*guessed, *request.answers} and request.ask is None:
        listed = ", ".join(f"`{id_}`" for id_ in offered.stacks)
        raise ScaffoldError(
            f"no manifest in `{tree.project}` tells its language, or the template has none for it",
            hint=f"name its stack with --answer stack=ID, one of {listed}",
        )
    defaults = {**settings.defaults, **{key: found.value for key, found in guessed.items()}}
    layers = answers.Layers(flags=request.answers, defaults=defaults, fixed=settings.fixed)

    def resolved() -> Answers:
        return answers.resolve(questions.load(template.root), layers, request.ask)

    known = resolved() if request.ask else confined.run(resolved)
    told = {answers.DEFAULTS: {key: found.source for key, found in guessed.items()}}
    return known, {key: told.get(origin, {}).get(key, origin) for key, origin in known.origins.items()}


def _made(
    request: Request,
    shop: Workshop,
    tree: Worktree,
    rendered: str,
    facts: tuple[Mapping[str, Any], Mapping[str, str], str],
) -> Adoption:
    """Compare the template's files with the project's, and commit those that it lacks."""
    head = tree.head_tree()
    mine, theirs = shop.entries(head), shop.entries(rendered)
    folders = {parent for path in mine for parent in _parents(path)}
    blocked = {p for p in theirs if p in folders or (p not in mine and any(q in mine for q in _parents(p)))}
    missing = {path: entry for path, entry in theirs.items() if path not in mine and path not in blocked}
    both = sorted(mine.keys() & theirs.keys())
    differing = [path for path in both if mine[path] != theirs[path]]
    adoption = Adoption(
        *facts,
        added=tuple(missing),
        differing=tuple(differing),
        same=tuple(path for path in both if mine[path] == theirs[path]),
        in_the_way=tuple(sorted(blocked)),
        patch=shop.patch(rendered, head, differing) if differing else "",
        branch=request.branch,
    )
    if request.dry_run:
        return adoption
    return _committed(adoption, shop, tree, head, missing)


def _committed(
    adoption: Adoption, shop: Workshop, tree: Worktree, head: str, missing: Mapping[str, Entry]
) -> Adoption:
    changes = tuple(Change(path, None, entry) for path, entry in missing.items())
    plan = Plan(head, shop.edited(head, missing), changes)
    message = f"Adopt the template at {adoption.version}\n\nNo file that was there is changed."
    return replace(adoption, commit=delivery.branch(shop, plan, tree, adoption.branch, message))


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]
