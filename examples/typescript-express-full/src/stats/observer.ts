import type { Adapters } from '../adapters/index.ts';
import { Redis } from '../adapters/redis.ts';
import type { Exchange } from '../observation.ts';
import { count } from './service.ts';

/** Counts every request to a feature, after its answer, so that nobody waits for it. */
export function after(adapters: Adapters, { tags }: Exchange): void {
  if (!tags.includes('operations')) {
    // During an outage nothing is counted.
    count(adapters.get(Redis).store).catch(() => {});
  }
}
