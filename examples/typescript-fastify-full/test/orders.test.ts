import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { Unavailable } from '../src/adapters/index.ts';
import { open } from '../src/adapters/postgres.ts';
import { application } from '../src/app.ts';
import { load } from '../src/config/index.ts';
import type { Context } from '../src/context.ts';
import * as operations from '../src/orders/operations.ts';
import { ordersOf } from '../src/orders/placement.ts';
import { routes } from '../src/orders/routes.ts';
import type { Order, OrderPage, PlacedOrder } from '../src/orders/schemas.ts';
import { createOrders } from '../src/orders/service.ts';
import { posted, problem, serve } from './client.ts';
import { example, WITHOUT_SERVICES } from './environment.ts';
import { memoryOrders, nobody } from './fake-orders.ts';

const TEA = { item: 'tea', quantity: 2 };

async function shop(t: TestContext, placed: PlacedOrder[] = []) {
  const orders = createOrders(memoryOrders(placed), nobody);
  const find = async (id: string) => {
    const order = await orders.get(id);
    return { json: order && JSON.stringify(order), headers: {} };
  };
  const feature = {
    routes: (app: Parameters<typeof routes>[0], context: Context) =>
      routes(app, context, orders, find),
  };
  return serve(t, (context) => application(context, Object.values(operations), [feature]));
}

test('an order is found where its location says', async (t) => {
  const ask = await shop(t);
  const created = await ask('/orders', posted(TEA));
  assert.equal(created.status, 201);
  const order = (await created.json()) as Order;
  const found = await ask(created.headers.get('location') ?? '');
  assert.equal(found.headers.get('content-type'), 'application/json');
  assert.deepEqual(await found.json(), order);
  assert.deepEqual([order.item, order.status], ['tea', 'confirmed']);
});

test('the same key places an order once', async (t) => {
  const placed: PlacedOrder[] = [];
  const ask = await shop(t, placed);
  const key = { 'Idempotency-Key': 'k-1' };
  const first = await ask('/orders', posted(TEA, key));
  const again = await ask('/orders', posted(TEA, key));
  assert.equal(again.status, 201);
  assert.deepEqual(await again.json(), await first.json());
  assert.equal(placed.length, 1);
});

test('the same key with another order is refused', async (t) => {
  const ask = await shop(t);
  const key = { 'Idempotency-Key': 'k-1' };
  await ask('/orders', posted(TEA, key));
  const answer = await ask('/orders', posted({ ...TEA, quantity: 3 }, key));
  assert.equal(answer.status, 422);
  assert.match(String((await problem(answer)).detail), /Idempotency-Key/);
});

test('pages follow each other to the end', async (t) => {
  const ask = await shop(t);
  for (const quantity of [1, 2, 3, 4, 5]) await ask('/orders', posted({ ...TEA, quantity }));
  const seen: number[] = [];
  let next: string | null | undefined = '';
  for (let after = ''; typeof next === 'string'; after = `&after=${next}`) {
    const page = (await (await ask(`/orders?limit=2${after}`)).json()) as OrderPage;
    seen.push(...page.orders.map((order) => order.quantity));
    next = page.next;
  }
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  assert.equal(next, null);
});

test('a bad page is refused', async (t) => {
  const ask = await shop(t);
  for (const query of ['after=x', 'limit=0', 'limit=101', 'limit=many']) {
    assert.equal((await ask(`/orders?${query}`)).status, 422, query);
  }
});

test('an id has one spelling', async (t) => {
  const ask = await shop(t);
  for (const spelling of [`{${randomUUID()}}`, `urn:uuid:${randomUUID()}`]) {
    assert.equal((await ask(`/orders/${spelling}`)).status, 422, spelling);
  }
});

test('what nobody placed is not found', async (t) => {
  const ask = await shop(t);
  for (const path of ['/orders/', `/orders/${randomUUID()}`, `/orders?after=${randomUUID()}`]) {
    assert.equal((await problem(await ask(path))).status, 404);
  }
});

test('a whole number is an integer', async (t) => {
  const answer = await (await shop(t))('/orders', posted('{"item": "tea", "quantity": 2.0}'));
  assert.equal(((await answer.json()) as Order).quantity, 2);
});

test('a bad order is refused', async (t) => {
  const placed: PlacedOrder[] = [];
  const ask = await shop(t, placed);
  const quantities = [0, '2', 2.5, 1001].map((quantity) => ({ quantity }));
  for (const change of [...quantities, { item: '' }, { more: 1 }]) {
    const answer = await ask('/orders', posted({ ...TEA, ...change }));
    assert.equal(answer.status, 422, JSON.stringify(change));
  }
  assert.deepEqual(placed, []);
});

test('an outage of the database asks to come again', async (t) => {
  const postgres = await open(await load({ ...example(), ...WITHOUT_SERVICES }));
  const ask = await serve(
    t,
    (context) =>
      application(context, Object.values(operations), [
        { routes: (app, context) => routes(app, context, ordersOf(context.adapters)) },
      ]),
    [postgres],
  );
  const answer = await ask('/orders', posted(TEA));
  assert.equal(answer.status, 503);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
});

test('what follows a confirmed order is done once and may fail', async () => {
  const followed: PlacedOrder[] = [];
  const orders = createOrders(memoryOrders(), async (order) => {
    followed.push(order);
    throw new Unavailable('mail');
  });
  const first = await orders.place(TEA, 'k-1');
  const again = await orders.place(TEA, 'k-1');
  assert.deepEqual(again, first);
  assert.deepEqual(
    followed.map((order) => order.id),
    [first.id],
  );
});
