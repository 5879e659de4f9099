import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { open } from '../../src/adapters/redis.ts';
import { load } from '../../src/config/index.ts';

// As two replicas have them.
const config = await load(process.env);
const adapters = [await open(config), await open(config)] as const;
const [one, other] = [adapters[0].store, adapters[1].store];
after(() => Promise.all(adapters.map((adapter) => adapter.close())));

test('replicas share values until they expire', async () => {
  const key = randomUUID();
  await one.set(key, 'tea', 1);
  assert.equal(await other.get(key), 'tea');
  await setTimeout(1200);
  assert.equal(await other.get(key), undefined);
});

test('no count of many is lost', async () => {
  const [key, members] = [randomUUID(), randomUUID()];
  const fifty = Array.from({ length: 50 }, () => [one, other]).flat();
  await Promise.all(fifty.map((store) => store.increment(key, 1)));
  await Promise.all(fifty.map((store) => store.add(members, 'tea', 2, 60)));
  assert.equal(await one.get(key), '100');
  assert.deepEqual(await other.counts(members, 60), { tea: 200 });
});
