import { Type } from 'typebox';
import { operation } from '../operation.ts';
import { Order, OrderPage, OrderRequest } from './schemas.ts';

const tags = ['orders'];

export const createOrder = operation({
  method: 'POST',
  url: '/orders',
  schema: {
    summary: 'Places an order; sent again with the same `Idempotency-Key`, it is not placed again.',
    tags,
    headers: Type.Object({
      'idempotency-key': Type.Optional(
        Type.String({ minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' }),
      ),
    }),
    body: OrderRequest,
    response: { 201: Order },
  },
  problems: [503],
});

export const listOrders = operation({
  method: 'GET',
  url: '/orders',
  schema: {
    summary: 'A page of orders, the oldest first.',
    tags,
    querystring: Type.Object({
      after: Type.Optional(Type.String({ format: 'uuid' })),
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    }),
    response: { 200: OrderPage },
  },
  problems: [404, 503],
});

export const readOrder = operation({
  method: 'GET',
  url: '/orders/:id',
  schema: {
    summary: 'One order.',
    tags,
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    response: { 200: Order },
  },
  problems: [404, 503],
});
