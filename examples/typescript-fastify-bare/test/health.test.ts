import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHealth } from '../src/health.ts';
import { log } from '../src/logging.ts';
import { FakeAdapter } from './fakes.ts';

log.level = 'critical';

test('an outage of what is required makes unready', async () => {
  const health = createHealth([new FakeAdapter('db', { down: true })], 'web');
  assert.deepEqual(await health.report(), { ready: false, checks: { db: 'down' } });
});

test('an outage of what is reported degrades', async () => {
  const health = createHealth([new FakeAdapter('cache', { reported: true, down: true })], 'web');
  assert.deepEqual(await health.report(), { ready: true, checks: { cache: 'degraded' } });
});

test('a service that never answers is down', async () => {
  const health = createHealth([new FakeAdapter('db', { ms: 60_000 })], 'web', { pingMs: 10 });
  assert.deepEqual(await health.report(), { ready: false, checks: { db: 'down' } });
});

test('a service that comes back is found', async () => {
  const adapter = new FakeAdapter('db', { down: true });
  const health = createHealth([adapter], 'web', { freshMs: 1 });
  assert.equal((await health.report()).ready, false);
  adapter.down = false;
  await sleep(50);
  assert.equal((await health.report()).ready, true);
});

test('pings run once for many questions', async () => {
  const adapter = new FakeAdapter('db', { ms: 50 });
  const health = createHealth([adapter], 'web');
  await Promise.all(Array.from({ length: 10 }, () => health.report()));
  assert.equal(adapter.pings, 1);
});

test('a draining process is unready', async () => {
  const health = createHealth([], 'web');
  health.draining = true;
  assert.equal((await health.report()).ready, false);
});
