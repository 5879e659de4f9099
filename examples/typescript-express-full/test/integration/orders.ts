import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { open } from '../../src/adapters/postgres.ts';
import { load } from '../../src/config/index.ts';
import { postgresOrders } from '../../src/orders/repository.ts';

const HOSTILE = "'); DROP TABLE orders; --";

const postgres = await open(await load(process.env));
const orders = postgresOrders(postgres, 'pending');
after(() => postgres.close());

test('an order is kept as it came', async () => {
  const key = HOSTILE + randomUUID();
  const { order, isNew } = await orders.add({ item: HOSTILE, quantity: 2 }, key);
  assert.deepEqual([isNew, order.item], [true, HOSTILE]);
  assert.deepEqual(await orders.get(order.id), order);
});

test('one key places one order however many try at once', async () => {
  const [request, key] = [{ item: 'tea', quantity: 1 }, randomUUID()];
  const placed = await Promise.all(Array.from({ length: 30 }, () => orders.add(request, key)));
  assert.equal(new Set(placed.map(({ order }) => order.id)).size, 1);
  assert.equal(placed.filter(({ isNew }) => isNew).length, 1);
});
