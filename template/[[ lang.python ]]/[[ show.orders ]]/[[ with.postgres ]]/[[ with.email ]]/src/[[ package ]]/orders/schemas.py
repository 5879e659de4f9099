from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ..mail import Address
from ..schemas import Body, Line

Status = Literal["pending", "confirmed", "expired"]


class OrderRequest(Body):
    item: Line
    quantity: int = Field(ge=1, le=1000)
    email: Address | None = None
    """Who gets the confirmation by mail."""


class Order(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    item: str
    quantity: int
    status: Status
    created_at: datetime
    email: str | None = Field(default=None, exclude=True)
    """Nobody is told."""


class OrderPage(BaseModel):
    orders: list[Order]
    next: UUID | None = None
    """What to send as `after` for the next page; absent on the last one."""
