import { type App, sendJson } from '../app.ts';
import type { Context } from '../context.ts';
import { Problem } from '../problems.ts';
import { find } from './lookup.ts';
import { createOrder, listOrders, readOrder } from './operations.ts';
import { ordersOf } from './placement.ts';

export function routes(
  app: App,
  { adapters }: Context,
  orders = ordersOf(adapters),
  lookup = (id: string) => find(orders, adapters, id),
): void {
  app.route({
    ...createOrder,
    handler: async ({ body, headers }, reply) => {
      const order = await orders.place(body, headers['idempotency-key']);
      return reply.code(201).header('Location', `/orders/${order.id}`).send(order);
    },
  });

  app.route({
    ...listOrders,
    handler: ({ query }) => orders.page(query.after, query.limit),
  });

  app.route({
    ...readOrder,
    handler: async ({ params }, reply) => {
      const { json, headers } = await lookup(params.id);
      if (json === undefined) throw new Problem(404, 'There is no order with this id');
      return sendJson(reply.headers(headers), json);
    },
  });
}
