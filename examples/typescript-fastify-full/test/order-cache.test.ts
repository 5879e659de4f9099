import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Adapters, Unavailable } from '../src/adapters/index.ts';
import { Redis } from '../src/adapters/redis.ts';
import { find } from '../src/orders/lookup.ts';
import { createOrders, type Orders } from '../src/orders/service.ts';
import { memoryStore, type Store } from '../src/store.ts';
import { memoryOrders, nobody, orderOf } from './fake-orders.ts';

const ORDER = orderOf({ item: 'tea', quantity: 2 });
const HIT = { 'X-Cache': 'hit' };
const MISS = { 'X-Cache': 'miss' };
const full = createOrders(memoryOrders([ORDER]), nobody);
const empty = createOrders(memoryOrders(), nobody);

/** The order and the headers of an answer, where `store` is the cache. */
async function found(orders: Orders, store: Store) {
  const { json, headers } = await find(orders, new Adapters([new Redis(store)]), ORDER.id);
  return [json && JSON.parse(json).id, headers];
}

test('the second look comes from the cache', async () => {
  const store = memoryStore();
  assert.deepEqual(await found(full, store), [ORDER.id, MISS]);
  assert.deepEqual(await found(empty, store), [ORDER.id, HIT]);
});

test('what the cache has is sent as it is', async () => {
  const store = { ...memoryStore(), get: async () => '{ "id": "cached" }' };
  const { json } = await find(empty, new Adapters([new Redis(store)]), ORDER.id);
  assert.equal(json, '{ "id": "cached" }');
});

test('what may still change is not kept', async () => {
  for (const status of ['pending', 'expired'] as const) {
    const orders = createOrders(memoryOrders([{ ...ORDER, status }]), nobody);
    const store = memoryStore();
    assert.deepEqual(await found(orders, store), [ORDER.id, MISS]);
    assert.deepEqual(await found(orders, store), [ORDER.id, MISS]);
  }
});

test('an outage of the cache is a miss', async () => {
  const outage = () => Promise.reject(new Unavailable('redis'));
  assert.deepEqual(await found(full, { ...memoryStore(), get: outage }), [ORDER.id, MISS]);
});

test('what is not there is not kept', async () => {
  const store = memoryStore();
  assert.deepEqual(await found(empty, store), [undefined, MISS]);
  assert.deepEqual(await found(full, store), [ORDER.id, MISS]);
});
