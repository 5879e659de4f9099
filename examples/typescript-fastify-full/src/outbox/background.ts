/** The relay: moves messages from the outbox to the broker. */
import type { Selectable } from 'kysely';
import { type Adapters, Unavailable } from '../adapters/index.ts';
import { Postgres, type Transaction } from '../adapters/postgres.ts';
import { RabbitMQ } from '../adapters/rabbitmq.ts';
import { pause } from '../jobs.ts';
import { log } from '../logging.ts';
import type { Message } from '../messages.ts';
import type { OutboxTable } from './tables.ts';

const BATCH = 100;

/** Relays until `stopping` aborts; any number of workers may do so at once. */
export async function run(adapters: Adapters, stopping: AbortSignal): Promise<void> {
  let attempt = 0;
  while (!stopping.aborted) {
    let full = false;
    try {
      full = (await relay(adapters)) === BATCH;
      attempt = 0;
    } catch (error) {
      // Whatever it is, the next messages must not wait for ever.
      const { message } = error as Error;
      const known = error instanceof Unavailable;
      log.warning({ reason: message, ...(!known && { exception: error }) }, 'The outbox waits');
      attempt += 1;
    }
    if (!full) {
      await pause(stopping, attempt);
    }
  }
}

/**
 * Publishes the oldest messages that no other worker is at, and returns how many.
 *
 * They leave the table once the broker keeps them; a death in between sends them again.
 */
export async function relay(adapters: Adapters): Promise<number> {
  const results = await adapters.get(Postgres).transaction(async (transaction) => {
    const rows = await oldest(transaction);
    const publishing = rows.map((row) => adapters.get(RabbitMQ).publish(messageOf(row)));
    const results = await Promise.allSettled(publishing);
    const kept = rows.filter((_, index) => results[index]?.status === 'fulfilled');
    await forget(transaction, kept);
    return results;
  });
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    throw failed.reason;
  }
  return results.length;
}

async function oldest(transaction: Transaction): Promise<Selectable<OutboxTable>[]> {
  return await transaction
    .selectFrom('outbox')
    .selectAll()
    .orderBy('id')
    .limit(BATCH)
    .forUpdate()
    .skipLocked()
    .execute();
}

async function forget(transaction: Transaction, kept: Selectable<OutboxTable>[]): Promise<void> {
  if (kept.length > 0) {
    const ids = kept.map(({ id }) => id);
    await transaction.deleteFrom('outbox').where('id', 'in', ids).execute();
  }
}

function messageOf({ name, body, message_id, origin }: Selectable<OutboxTable>): Message {
  return { name, body, id: message_id, origin };
}
