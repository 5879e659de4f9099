import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slots } from '../src/slots.ts';

test('who waits gets the slot that is given back, in order', async () => {
  const take = slots(1);
  const patience = AbortSignal.timeout(1000);
  const release = await take(patience);
  const order: number[] = [];
  const waiting = [1, 2].map(async (number) => {
    const next = await take(patience);
    order.push(number);
    next();
  });
  release();
  await Promise.all(waiting);
  assert.deepEqual(order, [1, 2]);
});

test('whose patience ends gets none, and takes none', async () => {
  const take = slots(1);
  const release = await take(AbortSignal.timeout(1000));
  const patience = new AbortController();
  const late = take(patience.signal);
  patience.abort();
  await assert.rejects(late, { name: 'AbortError' });
  release();
  (await take(AbortSignal.timeout(1000)))();
});
