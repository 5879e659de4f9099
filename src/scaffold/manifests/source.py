"""Manifests as objects: of a kustomize directory, of a folder of YAML, or of standard input."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.manifests.objects import NAME, Facts, Objects

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MOST_BYTES = 32 * 1024 * 1024
MOST_NODES = 2_000_000
MOST_LEVELS = 100
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(source: str, contract: Path | None = None) -> Objects:
    """The objects of `source`, a directory or `-`, with the contract in a file.

    Raises:
        ScaffoldError: There is nothing to read, it is not what Kubernetes takes, or no pod is the contract's.
    """
    if source == "-":
        texts = {"standard input": _bounded(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input")}
    else:
        texts = _of_folder(Path(source))
    objects = tuple(entry for place, text in texts.items() for entry in parse(text, place))
    if not objects:
        raise ScaffoldError(
            f"`{source}` holds no object", hint="give a kustomize directory, a folder of YAML, or `-`"
        )
    if contract is None:
        return Objects(objects)
    from scaffold.verify.contract import load  # noqa: PLC0415 only where there is one

    return _of_service(Objects(objects, load(contract)), source)


def _of_service(objects: Objects, source: str) -> Objects:
    """The objects, where some pod is the service's: a contract that is about none of them says nothing."""
    if objects.contract and not objects.pods_of(objects.contract.name):
        raise ScaffoldError(
            f"no pod of `{source}` is labelled `{NAME}: {objects.contract.name}`",
            hint="the contract's `name` is that label",
        )
    return objects


def _of_folder(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise ScaffoldError(
            f"`{folder}` is no directory", hint="a single file goes in by `--manifests - <FILE`"
        )
    if any((folder / name).is_file() for name in KUSTOMIZATIONS):
        return {f"kustomize {folder}": _kustomized(folder)}
    files = sorted(
        path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml", ".json"} and path.is_file()
    )
    if sum(path.stat().st_size for path in files) > MOST_BYTES:
        raise _too_large(str(folder))
    return {str(path): _bounded(path.read_bytes(), str(path)) for path in files}


def _kustomized(folder: Path) -> str:
    if not shutil.which("kubectl"):
        hint = "install kubectl, or pipe the objects in: `kustomize build DIR | scaffold check --manifests -`"
        raise ScaffoldError("kubectl is not installed", hint=hint, code=ExitCode.MISSING_TOOL)
    result = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, check=False)
    if result.returncode:
        reason = result.stderr.decode(errors="replace").strip().splitlines()
        raise ScaffoldError(
            f"kustomize cannot build `{folder}`: {reason[-1] if reason else 'it says no reason'}",
            hint=f"`kubectl kustomize {folder}` shows all that it says",
            code=ExitCode.CHECK_FAILED,
        )
    return _bounded(result.stdout, str(folder))


def _bounded(content: bytes, place: str) -> str:
    if len(content) > MOST_BYTES:
        raise _too_large(place)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ScaffoldError(f"`{place}` is not UTF-8: {error.reason} at byte {error.start}") from error


def _too_large(place: str) -> ScaffoldError:
    return ScaffoldError(
        f"`{place}` is larger than {MOST_BYTES // 1024 // 1024} MiB", hint="judge a part of it"
    )


def parse(text: str, place: str) -> list[Facts]:
    """The objects of YAML text; the items of a List one by one.

    Raises:
        ScaffoldError: It is no YAML, holds something that is no object, or unfolds without end.
    """
    try:
        documents = [entry for entry in yaml.load_all(text, Loader) if entry is not None]
        for entry in documents:
            _measure(entry, {}, MOST_LEVELS)
    except (yaml.YAMLError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ScaffoldError(
            f"`{place}` cannot be read as YAML: {reason}", hint="`kubectl` would refuse it too"
        ) from error
    except RecursionError as error:
        raise ScaffoldError(f"`{place}` is nested too deeply", hint="no Kubernetes object is") from error
    return [entry for document in documents for entry in _unfolded(document, place)]


def _measure(value: object, known: dict[int, int], levels: int) -> int:
    """How many nodes a value has once its aliases are written out; each is visited once."""
    if not isinstance(value, dict | list):
        return 1
    if levels == 0:
        raise ValueError(f"more than {MOST_LEVELS} levels, or an alias inside itself")
    if id(value) not in known:
        below = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_measure(item, known, levels - 1) for item in below)
    if known[id(value)] > MOST_NODES:
        raise ValueError(f"its aliases unfold to more than {MOST_NODES} values")
    return known[id(value)]


def _unfolded(document: object, place: str) -> list[Facts]:
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("kind"), str)
        or "apiVersion" not in document
    ):
        raise ScaffoldError(
            f"`{place}` holds something that is no Kubernetes object",
            hint="each has `apiVersion`, `kind` and `metadata`",
        )
    items = document.get("items")
    if document["kind"].endswith("List") and isinstance(items, list):
        return [entry for item in items for entry in _unfolded(item, place)]
    return [document]
