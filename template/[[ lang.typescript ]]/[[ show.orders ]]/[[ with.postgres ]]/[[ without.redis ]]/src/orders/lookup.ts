import type { Adapters } from '../adapters/index.ts';
import type { Orders } from './service.ts';

export interface Lookup {
  /** The order as JSON. */
  readonly json: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** One order, from the database. */
export async function find(orders: Orders, _adapters: Adapters, id: string): Promise<Lookup> {
  const order = await orders.get(id);
  return { json: order && JSON.stringify(order), headers: {} };
}
