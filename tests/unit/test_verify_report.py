"""Reports: the same findings as table, JSON, JUnit and page; what was not proven never counts as passed."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from scaffold import schemas
from scaffold.verify.bench import Bench
from scaffold.verify.formats import FORMATS
from scaffold.verify.manual import with_checks
from scaffold.verify.registry import FACTORS, Check, Failed, NotApplicable, Skipped, all_checks, check
from scaffold.verify.report import Report, Result
from scaffold.verify.schedule import judge

ROOT = Path(__file__).parents[2]
NASTY = 'saw <b>"bold"</b> & \x1b[31m red'
RESULTS = [
    Result("a-kept", "I", "pass", "It keeps", ("seen",), "nothing", 0.1),
    Result("b-broken", "IX", "fail", "It <ends>", (NASTY, "second"), "mend & test", 1.25),
    Result("c-na", "IX", "na", "It might", ("no worker",), "nothing", 0),
    Result("d-skip", "SEC", "skip", "It could", ("no strace",), "nothing", 0),
]
REPORT = Report("shop", "host", "commands of shop", RESULTS, 12.3)


def test_json_keeps_its_schema() -> None:
    schema = json.loads((schemas.folder() / "verify-report.schema.json").read_text(encoding="utf-8"))
    data = json.loads(FORMATS["json"](REPORT))
    jsonschema_rs.validator_for(schema).validate(data)
    assert data["summary"] == {"pass": 1, "fail": 1, "na": 1, "skip": 1}


def test_the_schema_knows_every_factor() -> None:
    schema = json.loads((schemas.folder() / "verify-report.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["checks"]["items"]["properties"]["factor"]["enum"] == list(FACTORS)


def test_junit_counts_what_was_not_proven_as_skipped() -> None:
    suite = ET.fromstring(FORMATS["junit"](REPORT))  # noqa: S314 - our own text
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "2")
    failure = suite.find(".//failure")
    assert failure is not None
    assert "bold" in str(failure.text)


def test_the_page_escapes_what_was_seen_and_loads_nothing() -> None:
    page = FORMATS["html"](REPORT)
    assert "&lt;b&gt;&quot;bold&quot;&lt;/b&gt; &amp;" in page
    assert "1 of 2 promises that were tried are broken" in page
    assert not any(word in page for word in ("<b>bold", "src=", "http://", "https://"))


def test_the_table_tells_evidence_and_fix_of_a_failure() -> None:
    table = FORMATS["table"](REPORT)
    assert "second" in table
    assert "fix: mend & test" in table
    assert "1 pass, 1 fail, 1 not applicable, 1 skipped" in table


def raising(error: Exception) -> Callable[[Bench], str]:
    def function(_: Bench) -> str:
        raise error

    return function


@pytest.mark.parametrize(
    ("function", "status"),
    [
        (lambda _: "seen", "pass"),
        (lambda _: [], "fail"),
        (raising(Failed("broken")), "fail"),
        (raising(NotApplicable("no such thing")), "na"),
        (raising(Skipped("no tool")), "skip"),
        (raising(KeyError("a defect of the check")), "fail"),
    ],
)
def test_a_check_passes_by_evidence_only(function: Callable[[Bench], str], status: str) -> None:
    probe = Check("x", "I", "promise", "fix", function)
    bench = Bench(None)  # type: ignore[arg-type]  # a check that needs nothing never looks at the site
    found, late = judge(probe, bench, lambda word, seen: Result("x", "I", word, "", tuple(seen), "", 0))
    assert found.status == status
    assert found.evidence
    assert not late


def test_an_id_is_registered_once() -> None:
    known = all_checks()[0]
    with pytest.raises(ValueError, match="twice"):
        check(id=known.id, factor="I", promise="", fix="")(lambda _: "")


def test_every_check_says_what_it_does_and_belongs_to_the_folder_of_its_factor() -> None:
    folders: dict[str, set[str]] = {}
    for known in all_checks():
        assert known.function.__doc__, known.id
        folders.setdefault(known.factor, set()).add(known.function.__module__.split(".")[3])
    assert all(len(found) == 1 for found in folders.values()), folders


def test_the_manual_lists_the_checks_as_they_are() -> None:
    manual = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    assert with_checks(manual, all_checks()) == manual
