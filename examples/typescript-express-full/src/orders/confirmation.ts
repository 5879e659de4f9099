/** What follows once an order is confirmed, by the request that placed it or by a worker. */
import type { Adapters } from '../adapters/index.ts';
import { features } from '../discovery.ts';
import type { PlacedOrder } from './schemas.ts';

interface Follower {
  follow(adapters: Adapters, order: PlacedOrder): Promise<void>;
}

let followers: Promise<readonly Follower[]> | undefined;

/**
 * Lets every feature that wants to know of a confirmed order do its part, such as a mail.
 *
 * Such a feature has a module `order-confirmed` that exports `follow`. It may be called again for
 * the same order when a process dies half-way, and never for one that was not confirmed. It throws
 * `Unavailable` when it cannot do its part now: a worker tries again later; a request says so in
 * the log, and the order stays placed.
 */
export async function follow(adapters: Adapters, order: PlacedOrder): Promise<void> {
  for (const follower of await found()) {
    await follower.follow(adapters, order);
  }
}

/** Whether any feature wants to know of confirmed orders. */
export async function isFollowed(): Promise<boolean> {
  return (await found()).length > 0;
}

function found(): Promise<readonly Follower[]> {
  followers ??= features<Follower>('order-confirmed');
  return followers;
}
