"""The contract of a service: read, refused, first written for a stranger."""

import json
import os
from pathlib import Path

import pytest

from scaffold.errors import ExitCode, ScaffoldError
from scaffold.verify import contract, initial

MINIMAL = {
    "version": 1,
    "name": "shop",
    "processes": {"web": {"command": ["./shop"], "http": True}},
    "http": {"port_variable": "PORT", "liveness": "/livez", "readiness": "/readyz"},
    "variables": [{"name": "PORT", "type": "integer", "required": False, "secret": False}],
}


def written(folder: Path, **changes: object) -> Path:
    (folder / contract.FILE_NAME).write_text(json.dumps({**MINIMAL, **changes}), encoding="utf-8")
    return folder


def test_a_minimal_contract_is_enough(tmp_path: Path) -> None:
    read = contract.load(written(tmp_path))
    assert (read.name, read.processes["web"], read.root) == ("shop", ("./shop",), tmp_path.resolve())


def test_readiness_may_differ_by_process(tmp_path: Path) -> None:
    url = {"name": "DATABASE_URL", "type": "url", "required": True, "secret": True}
    service = {"id": "db", "variable": "DATABASE_URL", "readiness": {"web": "reported", "worker": "required"}}
    read = contract.load(written(tmp_path, variables=[*MINIMAL["variables"], url], services=[service]))
    assert [read.services[0].required_by(process) for process in ("web", "worker", "cron")] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"version": 2}, "`version`"),
        ({"name": "A"}, "`name`"),
        ({"processes": {}}, "`processes`"),
        ({"surplus": 1}, "surplus"),
        ({"http": {**MINIMAL["http"], "port_variable": "HTTP_PORT"}}, "HTTP_PORT"),
        ({"variables": [*MINIMAL["variables"], *MINIMAL["variables"]]}, "declared twice"),
        ({"image": {"context": "../other"}}, "image.context"),
        ({"image": {"context": ".", "dockerfile": "/etc/passwd"}}, "image.dockerfile"),
        ({"host": {"path": ["bin", "../../bin"]}}, "host.path.1"),
        (
            {"processes": {"web": {"command": "shop --port 80; rm -r /", "http": True}}},
            "processes.web.command",
        ),
        ({"requests": {"job": {"method": "POST", "path": "/jobs", "status": 201}}}, "requests.job"),
        ({"services": [{"id": "db", "variable": "DATABASE_URL", "readiness": "required"}]}, "DATABASE_URL"),
    ],
)
def test_a_faulty_contract_is_refused_by_the_name_of_its_fault(
    tmp_path: Path, changes: dict[str, object], named: str
) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        contract.load(written(tmp_path, **changes))
    assert refusal.value.code == ExitCode.USAGE
    assert named in refusal.value.message


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (BOMB, "line 2 has an alias"),
        ("name: " + "x" * (300 << 10), "larger than 256 KiB"),
        ("[" * 5000, "nested too deeply"),
        ("name: [", "expected"),
        ("\0", "special characters"),
        ("", "is not of type"),
    ],
    ids=["aliases", "huge", "deep", "no YAML", "a control character", "empty"],
)
def test_hostile_text_is_refused_at_once(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / contract.FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ScaffoldError) as refusal:
        contract.load(tmp_path)
    assert refusal.value.code == ExitCode.USAGE
    assert named in refusal.value.message


def test_a_contract_that_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / contract.FILE_NAME)
    with pytest.raises(ScaffoldError, match="no regular file"):
        contract.load(tmp_path)


def test_a_missing_contract_is_refused_with_the_way_to_a_first_one(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        contract.load(tmp_path)
    assert "--init" in refusal.value.hint


def test_init_never_overwrites_a_contract(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        initial.write(written(tmp_path))
    assert refusal.value.code == ExitCode.CONFLICT


def test_init_says_where_nothing_describes_a_service(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError):
        initial.write(tmp_path)


def test_init_writes_a_valid_contract_from_a_procfile_and_an_env_example(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: gunicorn 'shop:app' -b :$PORT\nworker: python -m shop.worker\n")
    lines = ["PORT=9000", 'DATABASE_URL="postgres://u:p@db:5432/shop"', "# DEBUG_LEVEL=3", "no assignment"]
    (tmp_path / ".env.example").write_text("\n".join(lines))
    read = contract.load(initial.write(tmp_path))
    assert read.processes == {
        "web": ("gunicorn", "shop:app", "-b", ":$PORT"),
        "worker": ("python", "-m", "shop.worker"),
    }
    database, level = read.variable("DATABASE_URL"), read.variable("DEBUG_LEVEL")
    assert database is not None
    assert (database.required, database.secret, database.example) == (
        True,
        True,
        "postgres://u:p@db:5432/shop",
    )
    assert level is not None
    assert (level.type, level.required, level.default) == ("integer", False, "3")


def test_init_joins_the_entry_point_and_the_arguments_of_a_dockerfile(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM scratch\nENTRYPOINT ["/shop"]\nCMD ["serve", \\\n "--all"]\n')
    assert contract.load(initial.write(tmp_path)).processes["web"] == ("/shop", "serve", "--all")
