import type { Adapters } from '../adapters/index.ts';
import type { Order } from './schemas.ts';
import type { Orders } from './service.ts';

export interface Lookup {
  readonly order: Order | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** One order, from the database. */
export async function find(orders: Orders, _adapters: Adapters, id: string): Promise<Lookup> {
  return { order: await orders.get(id), headers: {} };
}
