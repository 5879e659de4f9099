import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../src/config/index.ts';
import { settings } from '../src/config/redis.ts';
import { example } from './environment.ts';

const configured = async (url: string) =>
  (await load({ ...example(), REDIS_URL: url })).get(settings).REDIS_URL;

test('an address of Redis names a host, and a database by its number', async () => {
  for (const url of ['redis://localhost', 'redis://localhost/', 'rediss://a:b%40@localhost:1/15']) {
    assert.equal((await configured(url))?.href, url);
  }
});

test('another address is refused', async () => {
  for (const url of ['unix:///run/redis', 'redis://localhost/cache', 'redis://localhost/0/1']) {
    await assert.rejects(configured(url), { message: 'REDIS_URL' }, url);
  }
});
