/**
 * Messages that are committed with what they tell of, and published from there by the worker.
 *
 * Without that a process that dies between its commit and the broker would lose one.
 */
import type { Transaction } from '../adapters/postgres.ts';
import type { Message } from '../messages.ts';
import type {} from './tables.ts';

/** Adds a message to the transaction; it is published after the commit, at least once. */
export async function add(transaction: Transaction, message: Message): Promise<void> {
  await transaction
    .insertInto('outbox')
    .values({
      message_id: message.id,
      name: message.name,
      body: JSON.stringify(message.body),
      origin: JSON.stringify(message.origin),
    })
    .execute();
}
