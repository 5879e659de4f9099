"""What one choice gives a service, computed from two renderings: one with it, and one without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from scaffold import answers, catalog, questions, render
from scaffold.errors import ScaffoldError, did_you_mean
from scaffold.questions import LOADER
from scaffold.record import ANSWERS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from scaffold.catalog import Catalog, Choice
    from scaffold.render import Rendering

CONTRACT = ".twelve-factor.yml"
KINDS = ("stacks", "services", "targets", "ci", "samples")
SINGULAR = {"stack": "stacks", "service": "services", "target": "targets", "sample": "samples"}
QUESTION = {kind: name for name, kind in SINGULAR.items()} | {"ci": "ci", "services": "services"}
NONE = "none"
Facts = dict[str, Any]


@dataclass(frozen=True)
class Offer:
    """What a choice adds, changes and takes away; commands are what the service's image runs."""

    kind: str
    id: str
    title: str
    summary: str
    stack: str
    added: list[str]
    changed: list[str]
    removed: list[str]
    variables: list[dict[str, Any]]
    ports: list[int]
    processes: dict[str, list[str]]
    admin: dict[str, list[str]]


def kind_of(word: str) -> str:
    """The kind of choice that `word` names, in singular or plural; exit 2 if there is none."""
    kind = SINGULAR.get(word, word)
    if kind not in KINDS:
        listed = ", ".join(f"`{known}`" for known in KINDS)
        hint = f"{did_you_mean(word, [*KINDS, *SINGULAR])}choose from {listed}"
        raise ScaffoldError(f"there is no kind of choice named `{word}`", hint=hint)
    return kind


def choices(offered: Catalog, kind: str) -> Mapping[str, Choice]:
    """Every choice of one kind, by id."""
    return getattr(offered, kind)  # type: ignore[no-any-return]


def find(offered: Catalog, kind: str, id_: str) -> Choice:
    """One choice; exit 2, and the nearest one, if the catalog lacks it."""
    known = choices(offered, kind)
    if id_ not in known:
        listed = ", ".join(f"`{other}`" for other in known)
        hint = f"{did_you_mean(id_, known)}choose from {listed}; `scaffold list {kind}` shows them"
        raise ScaffoldError(f"the catalog has no `{id_}` among its {kind}", hint=hint)
    return known[id_]


def of(root: Path, kind: str, id_: str, stack: str | None = None) -> Offer:
    """What the choice `id_` adds to a service of the template at `root`; exit 2 if there is none."""
    offered = catalog.load(root)
    choice = find(offered, kind, id_)
    if stack is not None:
        find(offered, "stacks", stack)
    given: Facts = {"stack": id_ if kind == "stacks" else stack or next(iter(offered.stacks))}
    given |= {"services": list(offered.services)} if kind == "samples" else {}
    chosen = {QUESTION[kind]: [id_] if kind == "services" else id_}
    with_it, contract = _rendered(root, {**given, **(_bare() if kind == "stacks" else {}), **chosen})
    without, rest = _without(root, kind, given, with_it)
    names = [v["name"] for v in contract["variables"] if v not in rest.get("variables", [])]
    return Offer(
        kind, id_, choice.title, choice.summary, given["stack"],
        added=sorted(with_it.keys() - without.keys()),
        changed=_changed(without, with_it),
        removed=sorted(without.keys() - with_it.keys()),
        variables=_described(offered, names),
        ports=[choice.facts["port"]] if "port" in choice.facts else [],
        processes={name: process["command"] for name, process in _new(contract, rest, "processes")},
        admin=dict(_new(contract, rest, "admin")),
    )  # fmt: skip


def _changed(old: Rendering, new: Rendering) -> list[str]:
    return sorted(p for p in old.keys() & new.keys() if old[p] != new[p] and p != ANSWERS_FILE)


def _new(contract: Facts, rest: Facts, part: str) -> Iterator[tuple[str, Any]]:
    return ((name, facts) for name, facts in contract.get(part, {}).items() if name not in rest.get(part, {}))


def _bare() -> Facts:
    return {"services": [], "target": NONE, "ci": NONE, "sample": NONE}


def _rendered(root: Path, given: Mapping[str, Any]) -> tuple[Rendering, Facts]:
    values = answers.resolve(questions.load(root), answers.Layers(flags=given)).values
    rendering = render.render(root, values, None, None)
    return rendering, yaml.load(rendering[CONTRACT].content, Loader=LOADER)  # noqa: S506 a safe loader


def _without(root: Path, kind: str, given: Mapping[str, Any], with_it: Rendering) -> tuple[Rendering, Facts]:
    """The same service without the choice; without a stack there is only what stands outside every layer."""
    if kind != "stacks":
        return _rendered(root, {**given, QUESTION[kind]: [] if kind == "services" else NONE})
    template = root / "template"
    shared = (p for p in with_it if (template / p).exists() or (template / f"{p}.jinja").exists())
    return {path: with_it[path] for path in (*shared, ANSWERS_FILE)}, {}


def _described(offered: Catalog, names: list[str]) -> list[dict[str, Any]]:
    parts = [offered.common, *(service.part for service in offered.services.values())]
    parts += [behaviour.part for sample in offered.samples.values() for behaviour in sample.behaviours]
    known = {variable.name: variable for part in parts for variable in part.variables}
    return [
        {
            "name": v.name,
            "type": v.type,
            "required": v.required,
            "secret": v.secret,
            "description": v.description,
        }
        for v in map(known.__getitem__, names)
    ]
