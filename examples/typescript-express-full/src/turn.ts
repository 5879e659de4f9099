/** Whose turn a tick is, where several schedulers run. */
import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Adapters } from './adapters/index.ts';
import { Postgres } from './adapters/postgres.ts';

/** The first half of the advisory locks that are turns; the tick's number is the other. */
const LOCK = 0x7469636b;
/** How far the clocks of schedulers may be apart. */
const SKEW_SECONDS = 10;

/**
 * Does the work, which is told whether the tick is ours: that is so for one scheduler alone.
 *
 * The turn is kept a while after its work is done, for schedulers whose clocks are late.
 */
export async function turn(
  adapters: Adapters,
  tick: number,
  stopping: AbortSignal,
  work: (ours: boolean) => Promise<void>,
): Promise<void> {
  const locked = sql<{ ours: boolean }>`select pg_try_advisory_xact_lock(${LOCK}, ${tick}) as ours`;
  await adapters.get(Postgres).transaction(async (transaction) => {
    const { rows } = await locked.execute(transaction);
    const ours = rows[0]?.ours === true;
    await work(ours);
    if (ours) {
      await setTimeout(1000 * SKEW_SECONDS, undefined, { signal: stopping }).catch(() => {});
    }
  }, 3 * SKEW_SECONDS);
}
