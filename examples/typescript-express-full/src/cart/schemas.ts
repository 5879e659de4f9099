import { type Static, Type } from 'typebox';
import { Body, Line } from '../schemas.ts';

export const CartItem = Body({
  item: Line,
  quantity: Type.Integer({ minimum: 1, maximum: 1000 }),
});
export type CartItem = Static<typeof CartItem>;

export const Cart = Type.Object({
  /** Quantity by item; a record of TypeBox would lose names that have unusual line ends. */
  items: Type.Unsafe<Record<string, number>>({
    type: 'object',
    additionalProperties: { type: 'integer' },
  }),
});
export type Cart = Static<typeof Cart>;
