"""The catalog as the command line reads it; a faulty file is named with the place in it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from scaffold import catalog, schemas
from scaffold.errors import ExitCode, ScaffoldError
from tests.support.repository import ROOT

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """A copy of the catalog with one text of one file replaced."""

    def edit(file: str, old: str, new: str) -> Path:
        shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
        path = tmp_path / "catalog" / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
        return tmp_path

    return edit


def test_this_catalog_is_valid_and_in_order() -> None:
    loaded = catalog.load(ROOT)
    index = catalog.index(ROOT)
    for kind in ("stacks", "services", "targets", "ci", "samples"):
        assert list(getattr(loaded, kind)) == list(index[kind].values())
        assert [choice.label for choice in getattr(loaded, kind).values()] == list(index[kind])
    for service in loaded.services.values():
        if service.image is None:
            assert service.part.processes
        else:
            assert service.variable in {variable.name for variable in service.part.variables}
            assert service.image in loaded.versions["images"]
    for stack in loaded.stacks.values():
        assert stack.language in loaded.languages
        assert set(stack.adapters) <= set(loaded.services)


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("index.yml", "stacks:", "stcks:", '"stacks" is a required'),
        ("services/redis/service.yml", "port: 6379", "port: six", "`port`"),
        ("services/redis/service.yml", "REDIS_URL, type", "redis-url, type", "`variables[0].name`"),
        ("services/redis/service.yml", "type: url", "type: uri", "`variables[0].type`"),
        ("stacks/python-fastapi.yml", "language: python", "lnguage: python", '"language" is a required'),
        ("versions.yml", "images:", "imgs:", '"images" is a required'),
        ("contract.yml", "liveness: /livez", "liveness: livez", "`http.liveness`"),
        ("samples/orders/sample.yml", "needs: []", "needs: none", "`behaviours.hello.needs`"),
        ("targets/none/target.yml", "title: None", "title: ''", "`title`"),
    ],
)
def test_a_faulty_file_is_named_with_the_place(edit: Edit, file: str, old: str, new: str, place: str) -> None:
    root = edit(file, old, new)
    with pytest.raises(ScaffoldError) as caught:
        catalog.load(root)
    assert f"`{root / 'catalog' / file}`" in caught.value.message
    assert place in caught.value.message
    assert caught.value.code == ExitCode.DEFECT


def test_a_file_that_is_no_yaml_is_named(edit: Edit) -> None:
    root = edit("index.yml", "stacks:", "stacks: [")
    with pytest.raises(ScaffoldError, match=r"index.yml` cannot be read"):
        catalog.load(root)


@pytest.mark.parametrize("path", sorted(schemas.folder().glob("*.schema.json")), ids=lambda path: path.name)
def test_every_schema_is_one(path: Path) -> None:
    jsonschema_rs.meta.validate(json.loads(path.read_text()))
