import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { open } from '../../src/adapters/s3.ts';
import { load } from '../../src/config/index.ts';

const MIB = 2 ** 20;
const PARTS = 12;

const storage = await open(await load(process.env));
after(() => storage.close());

async function* content() {
  for (let part = 0; part < PARTS; part += 1) {
    yield Buffer.alloc(MIB, part);
  }
}

async function* broken() {
  yield* content();
  throw new TypeError('gone');
}

test('what is kept comes back with its type and length', async () => {
  const key = `tests/${randomUUID()}`;
  await storage.put(key, content(), 'image/png');
  const found = await storage.get(key);
  assert.deepEqual([found?.size, found?.contentType], [PARTS * MIB, 'image/png']);
  const parts = await Array.fromAsync(content());
  assert((await buffer(found?.content ?? assert.fail())).equals(Buffer.concat(parts)));
});

test('what breaks half-way is not kept', async () => {
  const key = `tests/${randomUUID()}`;
  await assert.rejects(storage.put(key, broken(), 'image/png'), TypeError);
  assert.equal(await storage.get(key), undefined);
});
