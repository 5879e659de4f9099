import type { Store } from '../store.ts';

const KEY = 'stats:requests';

/** How many requests have been counted. */
export async function requests(store: Store): Promise<number> {
  return Number((await store.get(KEY)) ?? 0);
}

export async function count(store: Store, amount: number): Promise<void> {
  await store.increment(KEY, amount);
}
