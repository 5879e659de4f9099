"""The rules of the architecture hold here, and each reports the defect that is planted for it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.once import once
from tests.support.repository import working_copy
from tests.support.rules import RULES

Plant = Callable[[Path], object]


def adds(path: str, text: str = "", start: str = "") -> Plant:
    """Plant a line at the end of a file (a new one starts with `start`)."""

    def plant(root: Path) -> None:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text() if file.exists() else start) + text)

    return plant


def changes(path: str, old: str, new: str) -> Plant:
    """Plant a replacement of the first occurrence of `old`."""

    def plant(root: Path) -> None:
        text = (root / path).read_text()
        assert old in text, f"the mutant's `{old}` is not in {path}"
        (root / path).write_text(text.replace(old, new, 1))

    return plant


def removes(path: str) -> Plant:
    return lambda root: (root / path).unlink() if (root / path).is_file() else shutil.rmtree(root / path)


REDIS = "catalog/services/redis/service.yml"
PYTHON, KUBERNETES, GITHUB = (
    "template/[[ lang.python ]]",
    "template/[[ to.kubernetes ]]",
    "template/[[ by.github ]]",
)
UNPINNED = changes("catalog/versions.yml", "\nactions:", "\nactions: {a/b: {tag: v1, sha: abc}}\nold:")
MUTANTS: dict[str, list[tuple[Plant, str]]] = {
    "templates_decide_little": [
        (adds("template/README.md.jinja", "[% if x %]\n" * 6), "lines with `[% `"),
        (adds("catalog/ci/github/README.md", "[% if x %]\n" * 6), "catalog/ci/github"),
    ],
    "configuration_carries_the_suffix": [
        (adds(f"{PYTHON}/ruff.toml"), "ruff.toml"),
        (adds("template/.gitignore"), "template/.gitignore"),
        (adds("Makefile.jinja"), "at the root"),
    ],
    "versions_stand_in_one_file": [
        (adds(f"{PYTHON}/x.toml.jinja", 'needs = "ruff==1.2"\n'), "a requirement"),
        (adds(f"{PYTHON}/x.toml.jinja", 'needs = "ruff>=1.2"\n'), "a requirement"),
        (adds(f"{PYTHON}/x.json.jinja", '{"a": "1.22.333"}\n'), "three numbers"),
        (adds("template/README.md.jinja", "Python 3.14\n"), "a version of python"),
        (adds("template/x.yaml.jinja", "image: postgres:17\n"), "the tag of an image"),
        (adds("template/x.yaml.jinja", "image: alpine:3\n"), "the tag of an image"),
        (adds(f"{GITHUB}/x.yml.jinja", "uses: a/b@v3\n"), "the tag of an action"),
    ],
    "actions_are_pinned_by_commit": [
        (adds(f"{GITHUB}/x.yml.jinja", "  - uses: actions/checkout@main\n"), "uses"),
        (adds(f"{GITHUB}/x.yml.jinja", f"# {'0a' * 20}\n"), "commit 0a0a"),
        (UNPINNED, "a/b is not pinned"),
    ],
    "included_facts_are_plain_yaml": [
        (adds("catalog/contract.yml", "x: '[[ description ]]'\n"), "contract.yml"),
    ],
    "nothing_asks_for_trust": [
        (adds("copier.yml", "_tasks: [make]\n"), "_tasks"),
        (adds("copier.yml", "_migrations: []\n"), "_migrations"),
        (adds("copier.yml", "_jinja_extensions: []\n"), "_jinja_extensions"),
    ],
    "validators_match_to_the_very_end": [
        (changes("copier.yml", r"\\Z", "$"), "is checked by"),
        (adds("copier.yml", "colour: {type: str, default: red}\n"), "no validator"),
    ],
    "no_question_is_conditional": [
        (changes("copier.yml", "target:\n", "target:\n  when: x\n"), "is conditional"),
        (changes("copier.yml", "  default: kubernetes\n", ""), "has no default"),
    ],
    "hidden_values_do_not_reuse_names": [
        (adds("copier.yml", "stack: {type: yaml, when: false}\n"), "`stack`"),
        (changes("copier.yml", "\nby:", "\nby: {type: str}\nold:"), "kind of layer"),
    ],
    "dimensions_know_only_contracts": [
        (adds("catalog/services/redis/README.md", "redis-py for Python\n"), "`python`"),
        (adds("catalog/targets/kubernetes/x", "cmd: [fastapi]\n"), "`fastapi`"),
        (adds(f"{KUBERNETES}/deploy/x.yaml.jinja", "# python\n"), "`python`"),
        (adds(f"{GITHUB}/x.yml.jinja", "name: Python tests\n"), "`python`"),
        (adds("template/compose.yaml.jinja", "  postgres:\n"), "`postgres`"),
        (adds(f"{PYTHON}/src/x.py", "# on Kubernetes\n"), "`kubernetes`"),
    ],
    "layers_never_write_the_same_path": [
        (adds(f"{PYTHON}/README.md"), "both write README.md"),
        (adds(f"{PYTHON}/makefile.jinja"), "both write"),
        (adds(f"{PYTHON}/docs"), "both write docs"),
        (
            lambda root: [
                adds(f"{PYTHON}/[[ {layer} ]]/x.py")(root) for layer in ("with.redis", "show.orders")
            ],
            "both write x.py",
        ),
    ],
    "paths_are_layers_or_names": [
        (adds("template/[[ with.redis if x ]]/x.py"), "with.redis if x"),
        (adds("template/[% if x %]a[% endif %]"), "neither a layer nor a name"),
        (adds("template/[[ lang.c-sharp ]]/x.py"), "lang.c-sharp"),
    ],
    "paths_work_on_every_system": [
        (adds("template/a:b.py"), "Windows"),
        (adds("template/aux.py"), "Windows"),
    ],
    "index_catalog_and_folders_agree": [
        (
            adds("catalog/stacks/cobol-cics.yml", "language: cobol\nframework: cics\nadapters: {}\n"),
            "cobol-cics",
        ),
        (adds("catalog/services/mysql/service.yml"), "mysql"),
        (adds("template/[[ to.nomad ]]/x.py"), "nomad"),
        (adds(f"{PYTHON}/[[ fw.flask ]]/x.py"), "flask"),
        (removes(f"{PYTHON}/[[ with.redis ]]"), "adapters of python"),
        (changes(REDIS, "image: redis", "image: keydb"), "keydb"),
        (changes("catalog/versions.yml", "  python: ghcr.io/", "  snake: ghcr.io/"), "images of jobs"),
    ],
    "facts_stand_once": [
        (adds("catalog/targets/none/target.yml", "title: Nothing\n"), "title"),
        (changes("catalog/versions.yml", "  python: {", "  python: {image: a, "), "image"),
    ],
    "variables_are_declared_once": [
        (changes(REDIS, "{name: REDIS_URL", "{name: DATABASE_URL"), "DATABASE_URL"),
        (changes(REDIS, "admin: {}", "admin: {console: {}}"), "admin console"),
    ],
    "reserved_names_are_complete": [
        (changes("catalog/languages/python.yml", " logging,", ""), "`logging`"),
        (changes("catalog/languages/python.yml", " class,", ""), "`class`"),
        (adds(f"{PYTHON}/src/x.py", "from newlib import x\n"), "`newlib`"),
    ],
}


@pytest.fixture(scope="session")
def source(run: Path) -> Path:
    """The working tree's files, nothing ignored among them."""
    return once(run / "static", working_copy)


@pytest.mark.parametrize("name", RULES)
def test_the_rule_holds(name: str, source: Path) -> None:
    assert RULES[name](source) == []


@pytest.mark.parametrize(
    ("name", "plant", "finding"),
    [
        pytest.param(name, plant, finding, id=f"{name}-{finding}")
        for name, plants in MUTANTS.items()
        for plant, finding in plants
    ],
)
def test_the_rule_reports_the_planted_defect(
    name: str, plant: Plant, finding: str, source: Path, tmp_path: Path
) -> None:
    mutant = shutil.copytree(source, tmp_path / "mutant")
    before = RULES[name](mutant)
    plant(mutant)
    new = [text for text in RULES[name](mutant) if text not in before]
    assert any(finding in text for text in new), new


def test_every_rule_has_a_mutant() -> None:
    assert MUTANTS.keys() == RULES.keys()
