import { type Adapters, Unavailable } from '../adapters/index.ts';
import { Redis } from '../adapters/redis.ts';
import type { Order } from './schemas.ts';
import type { Orders } from './service.ts';

const TTL_SECONDS = 60;
const OUTAGE = '';

export interface Lookup {
  readonly order: Order | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One order, from the cache or else from the database; an outage of the cache is a miss.
 *
 * Only a confirmed order changes no more, and is kept in the cache.
 */
export async function find(orders: Orders, adapters: Adapters, id: string): Promise<Lookup> {
  const cache = adapters.get(Redis).store;
  const key = `order:${id.toLowerCase()}`;
  const cached = await tried(() => cache.get(key));
  if (cached) return { order: JSON.parse(cached), headers: { 'X-Cache': 'hit' } };
  const order = await orders.get(id);
  if (cached !== OUTAGE && order?.status === 'confirmed') {
    await tried(() => cache.set(key, JSON.stringify(order), TTL_SECONDS));
  }
  return { order, headers: { 'X-Cache': 'miss' } };
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
