import { sendJson, sendValue } from '../answer.ts';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { Problem } from '../problems.ts';
import { route } from '../route.ts';
import { find } from './lookup.ts';
import { createOrder, listOrders, readOrder } from './operations.ts';
import { ordersOf } from './placement.ts';

export function routes(
  app: App,
  { adapters }: Context,
  orders = ordersOf(adapters),
  lookup = (id: string) => find(orders, adapters, id),
): void {
  route(app, createOrder, async ({ body, headers }, response) => {
    const order = await orders.place(body, headers['idempotency-key']);
    sendValue(response.status(201).location(`/orders/${order.id}`), order);
  });

  route(app, listOrders, async ({ query }, response) => {
    sendValue(response, await orders.page(query.after, query.limit));
  });

  route(app, readOrder, async ({ params }, response) => {
    const { json, headers } = await lookup(params.id);
    if (json === undefined) throw new Problem(404, 'There is no order with this id');
    sendJson(response.set(headers), json);
  });
}
