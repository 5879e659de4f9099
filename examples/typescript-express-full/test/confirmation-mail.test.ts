import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { Email } from '../src/adapters/email.ts';
import { Adapters, Unavailable } from '../src/adapters/index.ts';
import { follow } from '../src/confirmation-mail/order-confirmed.ts';
import { log } from '../src/logging.ts';
import type { Mail } from '../src/mail/index.ts';
import { Order, type PlacedOrder, presented } from '../src/orders/schemas.ts';
import { createOrders, IdempotencyKeyReused } from '../src/orders/service.ts';
import { memoryOrders, nobody } from './fake-orders.ts';

const ORDER: PlacedOrder = {
  id: randomUUID(),
  item: 'tea',
  quantity: 2,
  status: 'confirmed',
  created_at: new Date().toISOString(),
  email: 'ada@example.com',
};

beforeEach(() => {
  log.level = 'critical';
});

/** Adapters that keep mail instead of sending it, or are in an outage. */
function keeping({ down = false } = {}): { adapters: Adapters; sent: Mail[] } {
  const sent: Mail[] = [];
  const send = async (mail: Mail) => {
    if (down) {
      throw new Unavailable('email');
    }
    sent.push(mail);
  };
  return { adapters: new Adapters([new Email({ send, ping: async () => {} })]), sent };
}

test('every attempt sends the same mail', async () => {
  const { adapters, sent } = keeping();
  await follow(adapters, ORDER);
  await follow(adapters, ORDER);
  assert.deepEqual(sent[0], sent[1]);
  assert.equal(sent[0]?.to, 'ada@example.com');
  assert.equal(sent[0]?.id, `order-${ORDER.id}`);
});

test('nobody is mailed who left no address', async () => {
  const { adapters, sent } = keeping();
  await follow(adapters, { ...ORDER, email: null });
  assert.deepEqual(sent, []);
});

test('an outage of mail leaves the order placed', async () => {
  const { adapters } = keeping({ down: true });
  const placed: PlacedOrder[] = [];
  const attempt = () => follow(adapters, ORDER);
  const order = await createOrders(memoryOrders(placed), attempt).place(ORDER);
  assert.equal(placed[0]?.id, order.id);
});

test('the same key with another address is refused', async () => {
  const orders = createOrders(memoryOrders(), nobody);
  const tea = { item: 'tea', quantity: 2 };
  await orders.place(tea, 'k-1');
  await orders.place({ ...tea, email: null }, 'k-1');
  const other = orders.place({ ...tea, email: 'ada@example.com' }, 'k-1');
  await assert.rejects(other, IdempotencyKeyReused);
});

test('an order tells nobody its address', () => {
  assert(!('email' in presented(ORDER)));
  assert(!('email' in Order.properties));
});
