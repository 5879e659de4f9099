import { Unavailable } from '../adapters/index.ts';
import { log } from '../logging.ts';
import { Problem } from '../problems.ts';
import {
  answers,
  type Order,
  type OrderPage,
  type OrderRequest,
  type PlacedOrder,
  presented,
} from './schemas.ts';

/** Where orders are kept. */
export interface OrderRepository {
  /** Adds an order, or finds the one that was added under the same key; tells whether it is new. */
  add(request: OrderRequest, key?: string): Promise<{ order: PlacedOrder; isNew: boolean }>;
  get(id: string): Promise<PlacedOrder | undefined>;
  /** At most `limit` orders, the oldest first; throws `UnknownCursor`. */
  page(after: string | undefined, limit: number): Promise<PlacedOrder[]>;
}

/** What follows when an order is confirmed; throws `Unavailable` when it cannot be done now. */
export type Follow = (order: PlacedOrder) => Promise<void>;

export type Orders = ReturnType<typeof createOrders>;

/** The key came with another order before. */
export class IdempotencyKeyReused extends Problem {
  constructor() {
    super(422, 'This Idempotency-Key came with another order');
  }
}

/** The order after which a page should start does not exist. */
export class UnknownCursor extends Problem {
  constructor() {
    super(404, 'There is no order with the id `after`');
  }
}

export function createOrders(repository: OrderRepository, follow: Follow) {
  return {
    /** Places an order; the same key with the same order places it once. */
    async place(request: OrderRequest, key?: string): Promise<Order> {
      const { order, isNew } = await repository.add(request, key);
      if (!answers(order, request)) {
        throw new IdempotencyKeyReused();
      }
      if (isNew && order.status === 'confirmed') await followed(order, follow);
      return presented(order);
    },

    async get(id: string): Promise<Order | undefined> {
      const order = await repository.get(id);
      return order && presented(order);
    },

    /** Orders after the one with the id `after`, the oldest first. */
    async page(after: string | undefined, limit: number): Promise<OrderPage> {
      const orders = await repository.page(after, limit + 1);
      const page = orders.slice(0, limit);
      const last = orders.length > limit ? page.at(-1) : undefined;
      return { orders: page.map(presented), next: last?.id ?? null };
    },
  };
}

async function followed(order: PlacedOrder, follow: Follow): Promise<void> {
  try {
    await follow(order);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    log.warning({ id: order.id, reason: error.message }, 'Nothing follows a confirmed order');
  }
}
