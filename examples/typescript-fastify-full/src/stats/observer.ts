import type { Adapters } from '../adapters/index.ts';
import { Redis } from '../adapters/redis.ts';
import type { Exchange } from '../observation.ts';
import type { Store } from '../store.ts';
import { count } from './service.ts';

let uncounted = 0;
let counting = false;

/** Counts every request to a feature, after its answer, so that nobody waits for it. */
export function after(adapters: Adapters, { tags }: Exchange): void {
  if (tags.includes('operations')) return;
  uncounted += 1;
  if (!counting) countAll(adapters.get(Redis).store);
}

/** Requests that end while others are being counted are counted together, by the next call. */
async function countAll(store: Store): Promise<void> {
  counting = true;
  while (uncounted > 0) {
    const amount = uncounted;
    uncounted = 0;
    // During an outage nothing is counted.
    await count(store, amount).catch(() => {});
  }
  counting = false;
}
