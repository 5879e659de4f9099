import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../src/store.ts';

test('a value expires', async () => {
  let now = 0;
  const store = memoryStore({ now: () => now });
  await store.set('a', '1', 60);
  assert.equal(await store.get('a'), '1');
  now = 61;
  assert.equal(await store.get('a'), undefined);
});

test('looking at counts keeps them alive', async () => {
  let now = 0;
  const store = memoryStore({ now: () => now });
  await store.add('cart', 'tea', 2, 60);
  for (now of [50, 100, 150]) {
    assert.deepEqual(await store.counts('cart', 60), { tea: 2 });
  }
  now = 211;
  assert.deepEqual(await store.counts('cart', 60), {});
});

test('a counter counts', async () => {
  const store = memoryStore();
  assert.equal(await store.increment('n', 1), 1);
  assert.equal(await store.increment('n', 2), 3);
  assert.equal(await store.get('n'), '3');
});

test('the oldest entry makes room', async () => {
  const store = memoryStore({ maxEntries: 2 });
  for (const key of ['a', 'b', 'c']) await store.set(key, key, 60);
  const values = await Promise.all(['a', 'b', 'c'].map((key) => store.get(key)));
  assert.deepEqual(values, [undefined, 'b', 'c']);
});
