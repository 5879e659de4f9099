import { Type } from 'typebox';
import { operation } from '../operation.ts';
import { Cart, CartItem } from './schemas.ts';

const tags = ['cart'];
const cookies = Type.Object({ cart: Type.Optional(Type.String()) });

export const readCart = operation({
  method: 'GET',
  url: '/cart',
  schema: { summary: "The visitor's cart.", tags, cookies, response: { 200: Cart } },
  problems: [503],
});

export const addItem = operation({
  method: 'POST',
  url: '/cart/items',
  schema: {
    summary: "Puts something into the visitor's cart.",
    tags,
    cookies,
    body: CartItem,
    response: { 201: Cart },
  },
  problems: [409, 503],
});
