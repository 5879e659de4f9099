import { type Static, Type } from 'typebox';
import { ADDRESS } from '../mail/address.ts';
import { Body, Line } from '../schemas.ts';

const Id = Type.String({ format: 'uuid' });
const Status = Type.Enum(['pending', 'confirmed', 'expired']);
export type Status = Static<typeof Status>;

export const OrderRequest = Body({
  item: Line,
  quantity: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** Who gets the confirmation by mail. */
  email: Type.Optional(Type.Union([Type.String(ADDRESS), Type.Null()])),
});
export type OrderRequest = Static<typeof OrderRequest>;

export const Order = Type.Object({
  id: Id,
  item: Type.String(),
  quantity: Type.Integer(),
  status: Status,
  created_at: Type.String({ format: 'date-time' }),
});
export type Order = Static<typeof Order>;

/** An order with what nobody is told. */
export interface PlacedOrder extends Order {
  readonly email: string | null;
}

/** Whether this is what was asked for. */
export function answers(order: PlacedOrder, { item, quantity, email }: OrderRequest): boolean {
  return order.item === item && order.quantity === quantity && order.email === (email ?? null);
}

/** What callers are told of an order. */
export function presented({ email: _, ...order }: PlacedOrder): Order {
  return order;
}

export const OrderPage = Type.Object({
  orders: Type.Array(Order),
  /** What to send as `after` for the next page; null on the last one. */
  next: Type.Optional(Type.Union([Id, Type.Null()])),
});
export type OrderPage = Static<typeof OrderPage>;
