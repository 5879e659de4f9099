import { type Selectable, sql } from 'kysely';
import type { Postgres, Transaction } from '../adapters/postgres.ts';
import type { PlacedOrder, Status } from './schemas.ts';
import { type OrderRepository, UnknownCursor } from './service.ts';
import type { OrdersTable } from './tables.ts';

/** What else belongs into the transaction that places an order. */
export type Record = (transaction: Transaction, order: PlacedOrder) => Promise<void>;

/** Orders in PostgreSQL, which have the status `placed` when they are new. */
export function postgresOrders(
  postgres: Postgres,
  placed: Status,
  record: Record = async () => {},
): OrderRepository {
  return {
    add: (request, key = undefined) =>
      postgres.transaction(async (transaction) => {
        const added = await transaction
          .insertInto('orders')
          .values({ ...request, status: placed, idempotency_key: key ?? null })
          .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
          .returningAll()
          .executeTakeFirst();
        if (added) {
          const order = orderOf(added);
          await record(transaction, order);
          return { order, isNew: true };
        }
        // The other transaction has ended: a conflict is known only then.
        const former = await transaction
          .selectFrom('orders')
          .selectAll()
          .where('idempotency_key', '=', key ?? null)
          .executeTakeFirstOrThrow();
        return { order: orderOf(former), isNew: false };
      }),

    get: (id) =>
      postgres.read(async (db) => {
        const row = await db
          .selectFrom('orders')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirst();
        return row && orderOf(row);
      }),

    page: (after, limit) =>
      postgres.transaction(async (transaction) => {
        const oldest = transaction
          .selectFrom('orders')
          .selectAll()
          .orderBy('created_at')
          .orderBy('id')
          .limit(limit);
        if (after === undefined) return (await oldest.execute()).map(orderOf);
        const cursor = transaction.selectFrom('orders').where('id', '=', after);
        if (!(await cursor.select('id').executeTakeFirst())) throw new UnknownCursor();
        const behind = sql<boolean>`(created_at, id) > ${cursor.select(['created_at', 'id'])}`;
        return (await oldest.where(behind).execute()).map(orderOf);
      }),
  };
}

/** An order as the service knows it; this also reads what a worker has from the table. */
export function orderOf(row: Selectable<OrdersTable>): PlacedOrder {
  const { idempotency_key: _, ...order } = row;
  return order;
}
