import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Adapters } from '../adapters/index.ts';
import { Postgres } from '../adapters/postgres.ts';
import { log } from '../logging.ts';
import type { Message } from '../messages.ts';
import { follow } from './confirmation.ts';
import { CREATED } from './placement.ts';
import { orderOf } from './repository.ts';

const Created = Type.Object({ order_id: Type.String() });

/** Confirms an order, also one that expired while the message waited; twice is the same as once. */
async function confirm(adapters: Adapters, message: Message): Promise<void> {
  const { order_id } = Value.Parse(Created, message.body);
  const confirmed = await adapters.get(Postgres).transaction(async (transaction) => {
    const row = await transaction
      .updateTable('orders')
      .set({ status: 'confirmed' })
      .where('id', '=', order_id)
      .where('status', '!=', 'confirmed')
      .returningAll()
      .executeTakeFirst();
    if (row) {
      // Before the commit: what cannot follow now is tried again with the whole message.
      await follow(adapters, orderOf(row));
    }
    return row;
  });
  if (confirmed) {
    log.info({ order_id }, 'Order confirmed');
  }
}

export const handlers = { [CREATED]: confirm };
