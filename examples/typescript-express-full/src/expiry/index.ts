/** Orders that nobody confirmed in time expire. */
import { sql } from 'kysely';
import type { Adapters } from '../adapters/index.ts';
import { Postgres } from '../adapters/postgres.ts';
import { log } from '../logging.ts';
import type {} from '../orders/tables.ts';

const PATIENCE_MINUTES = 15;

/** Expires pending orders that are older than the patience; twice is the same as once. */
export async function expire(adapters: Adapters): Promise<void> {
  const oldest = sql<string>`now() - make_interval(mins => ${PATIENCE_MINUTES})`;
  const { numUpdatedRows } = await adapters
    .get(Postgres)
    .transaction((transaction) =>
      transaction
        .updateTable('orders')
        .set({ status: 'expired' })
        .where('status', '=', 'pending')
        .where('created_at', '<', oldest)
        .executeTakeFirst(),
    );
  log.info({ orders: Number(numUpdatedRows) }, 'Unconfirmed orders have expired');
}
