"""The Jinja environment in which a template's questions and files are rendered, as Copier sets it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from jinja2_ansible_filters import AnsibleCoreFiltersExtension  # type: ignore[import-untyped]

from scaffold.errors import UnsupportedTemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from jinja2 import Environment


class _Loader(FileSystemLoader):
    """Reads files below the template's root; a link that leads out of it is not one of them."""

    def __init__(self, root: Path) -> None:
        super().__init__(str(root))
        self._root = root.resolve()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        if not (self._root / template).resolve().is_relative_to(self._root):
            raise UnsupportedTemplateError(f"`{template}` leads out of the template")
        return super().get_source(environment, template)


def _not_json(value: object) -> NoReturn:
    raise UnsupportedTemplateError(f"`to_json` of {type(value).__name__}")


def create(root: Path, options: Mapping[str, Any]) -> SandboxedEnvironment:
    """A sandboxed environment with Copier's filters whose includes are read from `root`.

    `options` are the template's `_envops`, without `undefined`: an undefined name is an error here.
    """
    environment = SandboxedEnvironment(
        loader=_Loader(root),
        extensions=[AnsibleCoreFiltersExtension],
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        **{"keep_trailing_newline": True, **options},
    )
    to_json = environment.filters["to_json"]
    environment.filters["to_json"] = lambda value, *args, **keywords: to_json(
        value, *args, **{"default": _not_json, **keywords}
    )
    return environment
