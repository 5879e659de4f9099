/** Orders without a database. */
import { randomUUID } from 'node:crypto';
import type { OrderRequest, PlacedOrder } from '../src/orders/schemas.ts';
import { type OrderRepository, UnknownCursor } from '../src/orders/service.ts';

/** Orders in a list, by the rules of the port. */
export function memoryOrders(placed: PlacedOrder[] = []): OrderRepository {
  const keys = new Map<string, PlacedOrder>();
  return {
    add: async (request, key) => {
      const former = key === undefined ? undefined : keys.get(key);
      if (former) return { order: former, isNew: false };
      const order = orderOf(request);
      placed.push(order);
      if (key !== undefined) keys.set(key, order);
      return { order, isNew: true };
    },
    get: async (id) => placed.find((order) => order.id === id),
    page: async (after, limit) => {
      const cursor = placed.findIndex((order) => order.id === after);
      if (after !== undefined && cursor < 0) throw new UnknownCursor();
      return placed.slice(cursor + 1, cursor + 1 + limit);
    },
  };
}

/** A confirmed order of what is asked for. */
export function orderOf(request: OrderRequest): PlacedOrder {
  const status = 'confirmed' as const;
  const created_at = new Date().toISOString();
  return { email: null, ...request, id: randomUUID(), status, created_at } as PlacedOrder;
}

/** Nothing follows. */
export async function nobody(): Promise<void> {}
