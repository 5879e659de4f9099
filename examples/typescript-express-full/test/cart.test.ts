import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Adapters } from '../src/adapters/index.ts';
import { Redis } from '../src/adapters/redis.ts';
import { application } from '../src/app.ts';
import * as cartOperations from '../src/cart/operations.ts';
import * as cart from '../src/cart/routes.ts';
import { carts, MAX_ITEMS } from '../src/cart/service.ts';
import type { Context } from '../src/context.ts';
import { after } from '../src/stats/observer.ts';
import * as statsOperations from '../src/stats/operations.ts';
import * as stats from '../src/stats/routes.ts';
import { memoryStore } from '../src/store.ts';
import { posted, problem, serve } from './client.ts';

const operations = [...Object.values(cartOperations), ...Object.values(statsOperations)];
const create = (context: Context) => application(context, operations, [cart, stats]);
const shop = (t: TestContext) => serve(t, create, [new Redis(memoryStore())]);

function cookieOf(answer: Response): Record<string, string> {
  return { Cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

test('a cart belongs to a cookie', async (t) => {
  const ask = await shop(t);
  const first = await ask('/cart/items', posted({ item: 'tea', quantity: 2 }));
  assert.equal(first.status, 201);
  const mine = cookieOf(first);
  const second = await ask('/cart/items', posted({ item: 'tea', quantity: 1 }, mine));
  assert.deepEqual(await second.json(), { items: { tea: 3 } });
  assert.deepEqual(await (await ask('/cart', { headers: mine })).json(), { items: { tea: 3 } });
  assert.deepEqual(await (await ask('/cart')).json(), { items: {} });
});

test('the cookie is kept from scripts and lives for another hour', async (t) => {
  const cookie = (await (await shop(t))('/cart')).headers.get('set-cookie') ?? '';
  const flags = ['HttpOnly', 'Max-Age=3600', 'Path=/', 'SameSite=lax'];
  assert.deepEqual(
    flags.filter((flag) => !cookie.split('; ').includes(flag)),
    [],
  );
});

test('an id that the service did not make is replaced', async (t) => {
  const answer = await (await shop(t))('/cart', { headers: { Cookie: 'cart=../../etc' } });
  assert.doesNotMatch(answer.headers.get('set-cookie') ?? '', /etc/);
});

test('a full cart takes no other item', async (t) => {
  const store = memoryStore();
  const id = 'x'.repeat(32);
  for (let n = 1; n <= MAX_ITEMS; n += 1) {
    await carts(store).add(id, { item: `tea ${n}`, quantity: 1 });
  }
  const ask = await serve(t, create, [new Redis(store)]);
  const add = (item: string) =>
    ask('/cart/items', posted({ item, quantity: 1 }, { Cookie: `cart=${id}` }));
  const { status, detail } = await problem(await add('coffee'));
  assert.deepEqual([status, detail], [409, 'The cart holds 100 items already']);
  assert.equal((await add('tea 1')).status, 201);
});

test('an item may have any name of one line', async (t) => {
  const ask = await shop(t);
  const item = 'green\u2028tea';
  const answer = await ask('/cart/items', posted({ item, quantity: 1 }));
  assert.deepEqual(await answer.json(), { items: { [item]: 1 } });
});

test('a bad item is refused', async (t) => {
  const ask = await shop(t);
  assert.equal((await ask('/cart/items', posted({ item: 'tea', quantity: 0 }))).status, 422);
});

test('stats count requests but no probes', async (t) => {
  const redis = new Redis(memoryStore());
  const exchange = { method: 'GET', route: '/cart', status: 200 };
  for (const tags of [['cart'], ['operations'], ['stats']]) {
    after(new Adapters([redis]), { ...exchange, tags });
  }
  const ask = await serve(t, create, [redis]);
  assert.deepEqual(await (await ask('/stats')).json(), { requests: 2 });
});

test('requests that end during a count are counted together', async () => {
  const amounts: number[] = [];
  const store = memoryStore();
  const increment = (key: string, amount: number) => {
    amounts.push(amount);
    return store.increment(key, amount);
  };
  const adapters = new Adapters([new Redis({ ...store, increment })]);
  for (let requests = 0; requests < 5; requests += 1) {
    after(adapters, { method: 'GET', route: '/cart', status: 200, tags: ['cart'] });
  }
  await setImmediate();
  assert.deepEqual(amounts, [1, 4]);
});
