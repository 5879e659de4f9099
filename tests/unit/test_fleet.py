"""The pure parts of a fleet: addresses, names, shards and reports."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scaffold.errors import ScaffoldError
from scaffold.fleet import address, branch, sources
from scaffold.fleet.finding import Finding, exit_code
from scaffold.fleet.formats import html, text
from tests.unit.conftest import Run

NASTY = '=cmd|"/c calc"!A1 <script>alert(1)</script> \x1b[31m'
FINDINGS = [
    Finding("shop", "/clones/shop", "current", version="v1", newest="v1", answers={"a": NASTY}),
    Finding(NASTY, "/clones/x", "conflict", version="v1", newest="v2", behind=1,
            conflicts=({"path": "+a", "reason": "@b"},)),
    Finding("-broken", "/clones/y", "refused", error="\tgone"),
]  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    ["ext::sh -c id", "-oProxyCommand=id", "ssh://-oProxyCommand=id/x", "ssh://-x@host/y", "git@host:-x",
     "fd::17", "ftp://host/x", "https://host/a\x1bb", "file://-x"],
)  # fmt: skip
def test_odd_addresses_are_refused(odd: str) -> None:
    with pytest.raises(ScaffoldError, match="is not an address"):
        address.refuse_odd(odd)


@pytest.mark.parametrize(
    "plain", ["https://host/a.git", "ssh://git@host:22/a", "git@host:team/a.git", "file:///srv/a.git"]
)
def test_plain_addresses_are_taken(plain: str) -> None:
    address.refuse_odd(plain)
    assert address.shown(plain) == plain


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("https://me:pa55word@host/a.git", "https://host/a.git"),
        ("https://t0ken@host/a.git?key=abc#part", "https://host/a.git"),
        ("ssh://git:pa55word@host/a", "ssh://git@host/a"),
    ],
)
def test_secrets_are_not_shown(secret: str, shown: str) -> None:
    assert address.shown(secret) == shown


def test_secrets_are_taken_out_of_what_git_says() -> None:
    said = address.scrubbed("cannot access https://me:p%40ss@host or p@ss", "https://me:p%40ss@host/a")
    assert "p%40ss" not in said
    assert "p@ss" not in said


def test_equal_names_get_as_much_of_the_path_as_tells_them_apart() -> None:
    assert sources.names(["/a/shop", "/b/shop", "git@host:c/cart.git"]) == ["a/shop", "b/shop", "cart"]
    assert sources.names(["https://x:1@h/a", "https://x:2@h/a"]) == ["https/h/a", "https/h/a#2"]


def test_shards_are_a_partition() -> None:
    fleet = [sources.Repository(str(number), str(number)) for number in range(7)]
    parts = [sources.shard(fleet, number, 3) for number in (1, 2, 3)]
    assert sorted(r.name for part in parts for r in part) == [r.name for r in fleet]
    assert {len(part) for part in parts} == {2, 3}


def test_no_cell_of_the_csv_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(text.as_csv(FINDINGS))))
    assert len(rows) == 1 + len(FINDINGS)
    assert {len(row) for row in rows} == {len(text.COLUMNS) + 1}
    assert rows[0][-1] == "answers"
    assert [row[-1] for row in rows[1:]] == [text.answers(finding) for finding in FINDINGS]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_the_table_shows_the_answers_that_tell_kinds_of_projects_apart() -> None:
    kinds = [("a", "go", ["redis"]), ("b", "python", []), ("c", "python", [])]
    findings = [
        Finding(
            name,
            name,
            "current",
            version="v1",
            answers={"name": name, "ci": "github", "stack": stack, "services": services},
        )
        for name, stack, services in kinds
    ]
    rows = text.with_answers([*findings, Finding("d", "d", "refused", error="gone")])
    assert {len(row) for row in rows} == {len(text.COLUMNS) + 1}
    column = rows[0].index("answers")
    shown = ["stack=go; services=redis", "stack=python; services=", "stack=python; services=", ""]
    assert [row[column] for row in rows[1:]] == shown
    assert [row[-1] for row in rows] == ["detail", "", "", "", "gone"]


def test_the_page_is_whole_and_holds_nobody_s_markup() -> None:
    stack, seen = [], set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.add(tag)
            assert not {"src", "href"} & {name for name, _ in attrs}
            if tag != "meta":
                stack.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert stack.pop() == tag

    page = html.html(FINDINGS)
    Reader().feed(page)
    assert not stack
    assert "script" not in seen
    assert "1 of 3 repositories are up to date; 2 need somebody" in page


def test_json_holds_everything() -> None:
    assert json.loads(text.as_json(FINDINGS))[1]["name"] == NASTY


def test_exit_codes_tell_the_worst() -> None:
    assert [exit_code(FINDINGS[:count]) for count in (1, 2, 3)] == [0, 3, 6]


def test_a_commit_that_somebody_changed_is_not_taken_for_ours() -> None:
    ours = b"tree abc\nparent def\nauthor a\n\nUpdate\n\nScaffold-Tree: abc\n"
    assert branch.facts(ours).is_untouched
    assert not branch.facts(ours.replace(b"tree abc", b"tree abd", 1)).is_untouched
    assert not branch.facts(b"tree abc\nparent def\n\nTheirs\n").is_untouched


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_parts_that_are_none(scaffold: Run, work: Path, part: str) -> None:
    result = scaffold("fleet", "status", "--shard", part, ".")
    assert result.code == 2
    assert "hint: write --shard" in result.err


def test_a_source_without_repositories(scaffold: Run, work: Path) -> None:
    assert "there is no repository in `.`" in scaffold("fleet", "status", ".").err
    missing = scaffold("fleet", "plan", "--shards", "2", "nowhere")
    assert (missing.code, "there is no `nowhere`" in missing.err) == (2, True)


@pytest.mark.parametrize("name", ["-x", "a..b", "a b", ""])
def test_names_that_are_no_branch(scaffold: Run, work: Path, name: str) -> None:
    result = scaffold("fleet", "update", f"--branch={name}", ".")
    assert (result.code, "is not a name for a branch" in result.err) == (2, True)


def test_a_remote_keeps_what_the_environment_configures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    added = address.as_remote("https://host/a")
    assert (added["GIT_CONFIG_COUNT"], added["GIT_CONFIG_KEY_2"]) == ("3", "remote.fleet.url")
