"""`scaffold verify` as scripts see it: exit codes, reports, options; with checks that start nothing."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from scaffold import cli, schemas

CONTRACT = {
    "version": 1,
    "name": "shop",
    "processes": {"web": {"command": ["./shop", "web"], "http": True}},
    "http": {"port_variable": "PORT", "liveness": "/livez", "readiness": "/readyz"},
    "variables": [{"name": "PORT", "type": "integer", "required": False, "secret": False}],
}
Verify = Callable[..., "Done"]
READING = ("--runner", "host", "--only", "x-procfile,x-env-example")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / ".twelve-factor.yml").write_text(json.dumps(CONTRACT), encoding="utf-8")
    (folder / "Procfile").write_text("web: ./shop web\n", encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Done:
    """How a run of the command ended."""

    code: int
    stdout: str
    stderr: str


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Verify:
    def run(*arguments: str | Path) -> Done:
        capsys.readouterr()
        code = cli.run(["verify", *map(str, arguments)])
        return Done(code, *capsys.readouterr())

    return run


def test_kept_promises_end_with_0_and_progress_goes_to_stderr(shop: Path, verify: Verify) -> None:
    done = verify(shop, *READING)
    assert done.code == 0
    assert "pass  x-procfile" in done.stderr
    assert "1 pass, 0 fail, 1 not applicable, 0 skipped" in done.stdout


def test_a_broken_promise_ends_with_5_and_tells_what_was_done_seen_and_mended(
    shop: Path, verify: Verify
) -> None:
    (shop / "Procfile").write_text("web: ./other\n", encoding="utf-8")
    done = verify(shop, *READING)
    assert done.code == 5
    assert "done: Compare the Procfile with the contract's processes" in done.stdout
    assert "web is ('./other',) in the Procfile" in done.stdout
    assert "fix: Keep one list of commands" in done.stdout


def test_a_faulty_contract_ends_with_2(shop: Path, verify: Verify) -> None:
    (shop / ".twelve-factor.yml").write_text("version: 1\n", encoding="utf-8")
    done = verify(shop, *READING)
    assert done.code == 2
    assert "is not valid" in done.stderr


@pytest.mark.parametrize("option", ["--only", "--skip"])
def test_an_unknown_check_ends_with_2_and_is_named(shop: Path, option: str, verify: Verify) -> None:
    done = verify(shop, "--runner", "host", option, "x-procfile,no-such-check")
    assert done.code == 2
    assert "no check or factor named `no-such-check`" in done.stderr


def test_a_missing_docker_ends_with_4_and_the_way_out(
    shop: Path, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = verify(shop, "--runner", "docker")
    assert done.code == 4
    assert "no Docker engine answers" in done.stderr
    assert "--runner host" in done.stderr


def test_without_docker_the_runner_is_the_host(
    shop: Path, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    contract = {**CONTRACT, "image": {"context": "."}}
    (shop / ".twelve-factor.yml").write_text(json.dumps(contract), encoding="utf-8")
    done = verify(shop, "--only", "x-procfile", "--format", "json")
    assert json.loads(done.stdout)["runner"] == "host"


def test_an_image_on_the_host_is_refused(shop: Path, verify: Verify) -> None:
    assert verify(shop, "--image", "shop:1", "--runner", "host").code == 2


def test_a_factor_may_be_chosen_and_a_check_of_it_left_out(shop: Path, verify: Verify) -> None:
    done = verify(
        shop, "--runner", "host", "--only", "X", "--skip", "x-procfile,x-engines", "--format", "json"
    )
    ids = {check["id"] for check in json.loads(done.stdout)["checks"]}
    assert "x-env-example" in ids
    assert {"x-procfile", "x-engines"} & ids == set()


def test_json_keeps_the_schema_in_docs(shop: Path, verify: Verify) -> None:
    schema = json.loads((schemas.folder() / "verify-report.schema.json").read_text(encoding="utf-8"))
    report = json.loads(verify(shop, *READING, "--format", "json").stdout)
    jsonschema_rs.validator_for(schema).validate(report)
    assert [check["status"] for check in report["checks"]] == ["na", "pass"]


def test_junit_is_xml(shop: Path, verify: Verify) -> None:
    suite = ET.fromstring(verify(shop, *READING, "--format", "junit").stdout)  # noqa: S314 - our own text
    assert (suite.get("tests"), suite.get("failures")) == ("2", "0")


class Loads(HTMLParser):
    """Collects what a page would load or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = [name for name, _ in attrs if name in ("src", "href", "srcset", "action", "data", "poster")]
        self.found += [
            f"{tag} {name}" for name in [*named, *(["tag"] if tag in ("script", "link", "iframe") else [])]
        ]


def test_the_page_is_one_file_that_loads_nothing(shop: Path, verify: Verify) -> None:
    page = shop / "report.html"
    done = verify(shop, *READING, "--format", "html", "--output", page)
    text = page.read_text(encoding="utf-8")
    loads = Loads()
    loads.feed(text)
    assert loads.found == []
    assert not any(word in text for word in ("url(", "@import", "://"))
    assert "All 1 promises that were tried are kept" in text
    assert done.stdout == ""
    assert f"see {page}" in done.stderr


def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(shop: Path, verify: Verify) -> None:
    done = verify(shop, *READING, "--output", shop / "no" / "report.json")
    assert done.code == 2
    assert "x-procfile" not in done.stderr


def test_the_folder_of_the_run_is_kept_when_asked(
    shop: Path, tmp_path: Path, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    command = ("--runner", "host", "--only", "xii-same-configuration,iii-missing-required,ix-sigterm-idle")
    assert verify(shop, *command).code == 5
    assert list(scratch.iterdir()) == []
    done = verify(shop, *command, "--keep")
    (kept,) = scratch.iterdir()
    assert f"kept {kept}" in done.stderr


def test_a_contract_elsewhere_speaks_of_the_folder_that_is_named(
    shop: Path, tmp_path: Path, verify: Verify
) -> None:
    elsewhere = (shop / ".twelve-factor.yml").rename(tmp_path / "contract.yml")
    assert verify(shop, "--contract", elsewhere, *READING).code == 0
    alone = verify("--contract", elsewhere, *READING, "--format", "json")
    assert [check["status"] for check in json.loads(alone.stdout)["checks"]] == ["na", "na"]


def test_a_backing_service_is_given_as_id_and_url(shop: Path, verify: Verify) -> None:
    done = verify(shop, *READING, "--use", "postgres")
    assert done.code == 2
    assert "is not ID=URL" in done.stderr


def test_init_writes_a_contract_that_verify_reads(
    shop: Path, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    (shop / ".twelve-factor.yml").unlink()
    written = verify("--init")
    assert written.code == 0
    assert "run `scaffold verify .`" in written.stdout
    assert verify(*READING).code == 0
