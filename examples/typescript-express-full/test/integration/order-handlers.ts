import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { Adapters } from '../../src/adapters/index.ts';
import { open } from '../../src/adapters/postgres.ts';
import { load } from '../../src/config/index.ts';
import { withFields } from '../../src/logging.ts';
import { type Message, message } from '../../src/messages.ts';
import { isFollowed } from '../../src/orders/confirmation.ts';
import { handlers } from '../../src/orders/handlers.ts';
import { postgresOrders } from '../../src/orders/repository.ts';
import type {} from '../../src/outbox/tables.ts';

const postgres = await open(await load(process.env));
const adapters = new Adapters([postgres]);
after(() => postgres.close());

/** What waits in the outbox of an order. */
async function told(order_id: string): Promise<Pick<Message, 'name' | 'origin'>[]> {
  return await postgres.transaction((transaction) =>
    transaction
      .selectFrom('outbox')
      .select(['name', 'origin'])
      .where(sql`body ->> 'order_id'`, '=', order_id)
      .execute(),
  );
}

for (const status of ['pending', 'expired'] as const) {
  test(`an order that was ${status} is confirmed and told of once`, async () => {
    const orders = postgresOrders(postgres, status);
    const { order } = await orders.add({ item: 'tea', quantity: 1 });
    const created = message('order.created', { order_id: order.id });
    for (const request_id of ['r-1', 'r-2']) {
      await withFields({ request_id }, () => handlers['order.created'](adapters, created));
    }
    assert.equal((await orders.get(order.id))?.status, 'confirmed');
    const once = [{ name: 'order.confirmed', origin: { request_id: 'r-1' } }];
    assert.deepEqual(await told(order.id), (await isFollowed()) ? once : []);
  });
}

test('of an order that nobody knows nothing follows', async () => {
  const order_id = randomUUID();
  await handlers['order.created'](adapters, message('order.created', { order_id }));
  await handlers['order.confirmed'](adapters, message('order.confirmed', { order_id }));
  assert.deepEqual(await told(order_id), []);
});
