from pydantic import BaseModel, Field

from ..schemas import Body, Line


class CartItem(Body):
    item: Line
    quantity: int = Field(ge=1, le=1000)


class Cart(BaseModel):
    items: dict[str, int]
    """Quantity by item."""
