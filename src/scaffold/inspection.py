"""Checks of a project: what it records of its template, its contract, and whether all of it agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import yaml

from scaffold import answers, drift, questions, record, releases, schemas, source
from scaffold.errors import ExitCode, ScaffoldError, UnsupportedTemplateError
from scaffold.questions import LOADER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from scaffold.record import Record
    from scaffold.settings import Settings

CONTRACT = ".twelve-factor.yml"
OPEN_GROUP = "OTEL_"
MEND = "mend the file, or take it from git"
Facts = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """One check: `detail` says what was seen or why it failed, `fix` what to do about it."""

    name: str
    status: Literal["ok", "failed", "skipped"]
    detail: str
    fix: str = ""


def inspect(project: Path, settings: Settings) -> list[Check]:
    """Every check of the project; exit 2 where no template made it."""
    noted = record.read(project)
    contract, *found = _contract(project)
    checks = [*_template(noted, settings), *found]
    return [*checks, *(_variables(project, contract) if contract else ())]


def _template(noted: Record, settings: Settings) -> Iterator[Check]:
    try:
        src_path, commit = noted.origin()
    except ScaffoldError as error:
        yield _failed("answers", error)
        return
    try:
        newest = releases.newest(src_path)
    except ScaffoldError as error:
        why = f"the template cannot be reached ({error.message})"
        yield Check("answers", "skipped", f"{why}, so they are only known to be YAML")
        yield Check("version", "skipped", f"{commit}; {why}, so newer ones are not known")
        return
    yield from _recorded(noted, src_path, commit, settings)
    if releases.is_newer(newest, commit):
        yield Check("version", "ok", f"{commit}; {newest} is out", "scaffold update")
    else:
        yield Check("version", "ok", f"{commit}; no newer release" if newest else f"{commit}; no release yet")


def _recorded(noted: Record, src_path: str, commit: str, settings: Settings) -> Iterator[Check]:
    try:
        with source.open(src_path, commit, settings) as template:
            form = questions.load(template.root)
            missing = [q.name for q in form.questions if q.name not in noted.answers]
            answers.resolve(form, answers.Layers(file=noted.answers))
    except UnsupportedTemplateError as error:
        yield Check("answers", "skipped", f"only Copier can read this template's questions ({error})")
    except ScaffoldError as error:
        yield _failed("answers", error)
    else:
        if missing:
            listed = ", ".join(f"`{name}`" for name in missing)
            fix = f"scaffold update --answer {missing[0]}=VALUE"
            yield Check("answers", "failed", f"no answer to {listed} is recorded", fix)
        else:
            yield Check("answers", "ok", f"{len(noted.answers)} answers that {commit} accepts")


def _contract(project: Path) -> Iterator[Any]:
    """The contract, or None, and then the check of it."""
    path = project / CONTRACT
    try:
        contract = yaml.load(path.read_bytes(), Loader=LOADER)  # noqa: S506 a safe loader
        schemas.validate("twelve-factor", contract, path, code=ExitCode.CHECK_FAILED)
    except FileNotFoundError:
        yield None
        yield Check(
            "contract", "failed", f"there is no {CONTRACT}", "take it from a fresh project, or from git"
        )
    except (yaml.YAMLError, ScaffoldError) as error:
        yield None
        yield _failed("contract", error)
    else:
        yield contract
        yield Check("contract", "ok", f"{CONTRACT} keeps its schema")


def _variables(project: Path, contract: Facts) -> Iterator[Check]:
    entries = contract["variables"]
    names = {entry["name"] for entry in entries}
    settable = {entry["name"] for entry in entries if entry.get("set_by") != "image"}
    yield _guarded(".env.example", lambda: _example(project, settable))
    yield _guarded("compose.yaml", lambda: _compose(project, settable, contract))
    yield _guarded("manifests", lambda: _manifests(project, settable))
    yield _guarded("code", lambda: _code(project, names))


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except (ScaffoldError, OSError) as error:
        return _failed(name, error)


def _example(project: Path, expected: set[str]) -> Check:
    found = drift.example(project)
    if found is None:
        return Check(
            ".env.example",
            "failed",
            "there is no .env.example",
            f"write one line for each of {_list(expected)}",
        )
    return _equal(".env.example", found, expected)


def _compose(project: Path, expected: set[str], contract: Facts) -> Check:
    services = drift.compose(project, {*contract["processes"], "migrate"})
    if services is None:
        return Check("compose.yaml", "skipped", "there is no compose.yaml")
    for service, found in services.items():
        check = _equal("compose.yaml", found, expected, f"service `{service}`: ")
        if check.status == "failed":
            return check
    return Check(
        "compose.yaml", "ok", f"sets {len(expected)} variables of {', '.join(services) or 'no process'}"
    )


def _manifests(project: Path, expected: set[str]) -> Check:
    found = drift.manifests(project)
    if found is None:
        return Check("manifests", "skipped", "there is no folder deploy")
    return _equal("manifests", found & expected, expected)


def _code(project: Path, names: set[str]) -> Check:
    found = drift.code(project)
    looked = f"{found.files} source files, for {drift.LOOKED_FOR}"
    if not found.files:
        return Check("code", "skipped", "no source file in a language that is known here")
    for name, place in sorted(found.reads.items()):
        if name not in names and not name.startswith(OPEN_GROUP):
            return Check(
                "code", "failed", f"`{name}` is read at {place}, and {CONTRACT} lacks it", _declare(name)
            )
    unread = {n for n in names if drift.plain(n) not in found.words and not n.startswith(OPEN_GROUP)}
    if unread:
        return Check(
            "code", "failed", f"no source names {_list(unread)}", f"read it, or take it out of {CONTRACT}"
        )
    return Check("code", "ok", looked)


def _equal(name: str, found: set[str], expected: set[str], where: str = "") -> Check:
    if missing := expected - found:
        return Check(name, "failed", f"{where}{_list(missing)} of {CONTRACT} is missing", f"add it to {name}")
    if extra := found - expected:
        first = min(extra)
        return Check(name, "failed", f"{where}{_list(extra)} is not in {CONTRACT}", _declare(first))
    return Check(name, "ok", f"names the {len(expected)} variables of {CONTRACT}")


def _declare(name: str) -> str:
    return f"declare `{name}` in {CONTRACT}, .env.example, compose.yaml and the manifests, or take it out"


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _failed(name: str, error: Exception) -> Check:
    if isinstance(error, ScaffoldError):
        return Check(name, "failed", error.message, error.hint or MEND)
    return Check(name, "failed", str(error).splitlines()[0], MEND)
