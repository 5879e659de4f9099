import assert from 'node:assert/strict';
import { test } from 'node:test';
import { before, limited, TimeoutError } from '../src/deadline.ts';

test('work that takes too long is told so', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const late = limited(50, (signal) => before(signal, new Promise(() => {})));
  t.mock.timers.tick(50);
  await assert.rejects(late, TimeoutError);
});

test('work that is done is told no more', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  for (const work of [async () => 'tea', async () => assert.fail('no tea')]) {
    let given: AbortSignal | undefined;
    const done = limited(50, async (signal) => {
      given = signal;
      return await work();
    });
    await done.catch(() => {});
    t.mock.timers.tick(50);
    assert.equal(given?.aborted, false);
  }
});
