"""The smallest FastAPI application that does a rendered service's work: no log, no metrics, no limits.

uvicorn runs it by a rendered project's Python, with DATABASE_URL and REDIS_URL; GET /hello needs neither.
"""

import json
import os
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field, StringConstraints

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Greeting(BaseModel):
    message: str


class OrderRequest(BaseModel):
    item: Line
    quantity: int = Field(ge=1, le=1000)


class Order(OrderRequest):
    id: UUID
    status: str
    created_at: datetime


app = FastAPI()


@app.get("/hello")
async def read_greeting(name: Line = "world") -> Greeting:
    return Greeting(message=f"Hello, {name}!")


if "DATABASE_URL" in os.environ:
    from redis.asyncio import Redis
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(
        os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"),
        pool_size=10,
        max_overflow=0,
        # One statement is a transaction of its own, here as in the service.
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )
    redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    INSERT = text(
        "INSERT INTO orders (item, quantity, status) VALUES (:item, :quantity, 'confirmed') RETURNING *"
    )
    COUNTER = "baseline:requests"
    SELECT = text("SELECT * FROM orders WHERE id = :id")

    @app.post("/orders", status_code=201)
    async def create_order(request: OrderRequest) -> Order:
        async with engine.connect() as connection:
            row = (await connection.execute(INSERT, request.model_dump())).mappings().one()
        await redis.incr(COUNTER)
        return Order(**row)

    @app.get("/orders/{id}")
    async def read_order(id: UUID) -> Any:
        await redis.incr(COUNTER)
        if cached := await redis.get(f"baseline:{id}"):
            return Order(**json.loads(cached))
        async with engine.connect() as connection:
            row = (await connection.execute(SELECT, {"id": id})).mappings().one_or_none()
        if row is None:
            raise HTTPException(404)
        order = Order(**row)
        await redis.set(f"baseline:{id}", order.model_dump_json(), ex=60)
        return order
