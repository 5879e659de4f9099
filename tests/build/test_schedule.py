"""The scheduler with the real database and broker: each tick is done, and done once."""

from collections import Counter

import pytest

from tests.build.orders import pending_order, statuses, with_queue_and_scheduler
from tests.build.stack import Stack, wait_until

pytestmark = with_queue_and_scheduler


@pytest.mark.nightly
def test_a_scheduler_that_is_killed_ticks_again(stack: Stack) -> None:
    stack.compose("kill", "--signal", "KILL", "scheduler")
    pending_order(stack, "scheduler-killed", "1 hour")
    stack.compose("start", "scheduler")
    wait_until(lambda: statuses(stack, "scheduler-killed") == {"expired": 1}, "the expiry", 90)


def test_of_two_schedulers_one_has_old_orders_expired(stack: Stack) -> None:
    pending_order(stack, "old", "1 hour")
    pending_order(stack, "young", "1 minute")
    # Without its dependencies: an earlier pause of the database may still count as ill health.
    stack.compose("up", "--detach", "--no-deps", "--no-recreate", "--scale", "scheduler=2", "scheduler")
    ticks: Counter[int] = Counter()

    def both_have_ticked() -> bool:
        ticks.clear()
        ticks.update(line["tick"] for line in stack.lines("scheduler") if line["message"] == "Tick")
        return 2 in ticks.values()

    wait_until(both_have_ticked, "a tick of both", 75)
    wait_until(lambda: statuses(stack, "old") == {"expired": 1}, "the expiry")
    assert statuses(stack, "young") == {"pending": 1}
    tick = next(tick for tick, count in ticks.items() if count == 2)
    outcomes = Counter(line["outcome"] for line in stack.lines("scheduler") if line.get("tick") == tick)
    assert outcomes == {"done": 1, "left to another": 1}
