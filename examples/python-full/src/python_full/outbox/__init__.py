"""Messages that are committed with what they tell of, and published from there by the worker.

Without that a process that dies between its commit and the broker would lose one.
"""

from sqlalchemy import CTE, bindparam, insert, select

from ..messages import Message
from .tables import outbox

COLUMNS = ("message_id", "name", "body", "origin")


def message_for(rows: CTE) -> CTE:
    """The part of a statement that adds a message when `rows` has one; it is published at least once."""
    values = (bindparam(f"outbox_{name}", type_=outbox.c[name].type) for name in COLUMNS)
    return insert(outbox).from_select(COLUMNS, select(*values).select_from(rows)).cte("message")


def parameters(message: Message) -> dict[str, object]:
    """What such a statement needs to know."""
    return {
        "outbox_message_id": message.id,
        "outbox_name": message.name,
        "outbox_body": message.body,
        "outbox_origin": message.origin,
    }
