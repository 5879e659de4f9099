import { type Adapters, Unavailable } from '../adapters/index.ts';
import { Redis } from '../adapters/redis.ts';
import type { Orders } from './service.ts';

const TTL_SECONDS = 60;
const OUTAGE = '';

export interface Lookup {
  /** The order as JSON. */
  readonly json: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One order, from the cache or else from the database; an outage of the cache is a miss.
 *
 * Only a confirmed order changes no more, and is kept in the cache: the answer, ready to be sent again.
 */
export async function find(orders: Orders, adapters: Adapters, id: string): Promise<Lookup> {
  const cache = adapters.get(Redis).store;
  const key = `order:${id.toLowerCase()}`;
  const cached = await tried(() => cache.get(key));
  if (cached) return { json: cached, headers: { 'X-Cache': 'hit' } };
  const order = await orders.get(id);
  const json = order && JSON.stringify(order);
  if (cached !== OUTAGE && json && order.status === 'confirmed') {
    await tried(() => cache.set(key, json, TTL_SECONDS));
  }
  return { json, headers: { 'X-Cache': 'miss' } };
}

/** What a call of the cache gives, or `OUTAGE`. */
async function tried<T>(call: () => Promise<T>): Promise<T | typeof OUTAGE> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Unavailable) return OUTAGE;
    throw error;
  }
}
