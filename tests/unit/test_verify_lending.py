"""What a check leaves to the next one, and what it does not."""

from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed
from scaffold.verify.site import Site


class Tool:
    """Something that is made for a check and told when it ends."""

    def __init__(self, lender: Bench, ended: list["Tool"]) -> None:
        self.good = True
        lender._closing.callback(ended.append, self)


def site_of_nothing() -> Site:
    """A site whose parts are stand-ins: nothing here asks them for more."""
    runner: Any = SimpleNamespace(describe=lambda: "nothing")
    backing: Any = SimpleNamespace(start=dict)
    contract: Any = SimpleNamespace(services=())
    scratch: Any = SimpleNamespace()
    return Site(contract, runner, backing, scratch, "")


@pytest.fixture
def site() -> Iterator[Site]:
    with closing(site_of_nothing()) as made:
        yield made


@pytest.fixture
def ended() -> list[Tool]:
    return []


def use(site: Site, ended: list[Tool], *, fails: bool = False, spoils: bool = False) -> Tool:
    """Be a check that borrows a tool."""
    bench = Bench(site)
    with closing(bench), bench.lent("tool", lambda lender: Tool(lender, ended), lambda it: it.good) as tool:
        tool.good = not spoils
        if fails:
            raise Failed("seen")
        return tool


def test_the_next_check_takes_what_is_as_good_as_new(site: Site, ended: list[Tool]) -> None:
    first = use(site, ended)
    assert use(site, ended) is first
    assert ended == []


def test_what_a_check_has_spoilt_ends_with_it(site: Site, ended: list[Tool]) -> None:
    spoilt = use(site, ended, spoils=True)
    assert ended == [spoilt]
    assert use(site, ended) is not spoilt


def test_a_check_that_fails_leaves_nothing(site: Site, ended: list[Tool]) -> None:
    first = use(site, ended)
    with pytest.raises(Failed):
        use(site, ended, fails=True)
    assert ended == [first]
    assert use(site, ended) is not first


def test_two_checks_never_hold_the_same_thing(site: Site, ended: list[Tool]) -> None:
    use(site, ended)
    bench = Bench(site)
    with closing(bench), bench.lent("tool", lambda lender: Tool(lender, ended), lambda _: True) as held:
        assert use(site, ended) is not held


def test_a_check_whose_time_is_up_loses_what_it_borrowed(site: Site, ended: list[Tool]) -> None:
    bench = Bench(site)
    with bench.lent("tool", lambda lender: Tool(lender, ended), lambda _: True) as held:
        bench.close()
        assert ended == [held]
    assert use(site, ended) is not held


def test_what_is_in_the_way_is_dismissed(site: Site, ended: list[Tool]) -> None:
    left = use(site, ended)
    Bench(site).dismiss("tool")
    assert ended == [left]


def test_what_is_left_ends_with_the_run(ended: list[Tool]) -> None:
    with closing(site_of_nothing()) as made:
        left = use(made, ended)
        assert ended == []
    assert ended == [left]
