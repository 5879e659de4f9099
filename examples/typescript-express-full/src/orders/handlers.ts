import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Adapters } from '../adapters/index.ts';
import { Postgres } from '../adapters/postgres.ts';
import { log } from '../logging.ts';
import { type Message, message } from '../messages.ts';
import * as outbox from '../outbox/index.ts';
import { follow, isFollowed } from './confirmation.ts';
import { CREATED, repositoryOf } from './placement.ts';

const CONFIRMED = 'order.confirmed';

const OfOrder = Type.Object({ order_id: Type.String() });

/** Confirms an order, also one that expired while the message waited; twice is the same as once. */
async function confirm(adapters: Adapters, created: Message): Promise<void> {
  const { order_id } = Value.Parse(OfOrder, created.body);
  const confirmed = await adapters.get(Postgres).transaction(async (transaction) => {
    const row = await transaction
      .updateTable('orders')
      .set({ status: 'confirmed' })
      .where('id', '=', order_id)
      .where('status', '!=', 'confirmed')
      .returning('id')
      .executeTakeFirst();
    if (row && (await isFollowed())) {
      await outbox.add(transaction, message(CONFIRMED, { order_id: row.id }));
    }
    return row;
  });
  if (confirmed) {
    log.info({ order_id }, 'Order confirmed');
  }
}

/** Lets every follower do its part, outside the transaction; what cannot follow now is tried again. */
async function tell(adapters: Adapters, confirmed: Message): Promise<void> {
  const { order_id } = Value.Parse(OfOrder, confirmed.body);
  const order = await repositoryOf(adapters).get(order_id);
  if (order) {
    await follow(adapters, order);
  } else {
    log.warning({ order_id }, 'There is no such order');
  }
}

export const handlers = { [CREATED]: confirm, [CONFIRMED]: tell };
