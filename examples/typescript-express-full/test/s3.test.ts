import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, test } from 'node:test';
import type { S3Client } from '@aws-sdk/client-s3';
import { Unavailable } from '../src/adapters/index.ts';
import { open, S3 } from '../src/adapters/s3.ts';
import { ConfigError, load } from '../src/config/index.ts';
import { TimeoutError } from '../src/deadline.ts';
import { log } from '../src/logging.ts';
import { example, WITHOUT_SERVICES } from './environment.ts';
import { memoryBucket } from './memory-bucket.ts';

beforeEach(() => {
  log.level = 'critical';
});

test('a malformed variable is refused by name', async () => {
  for (const [name, value] of [
    ['S3_BUCKET', '../etc'],
    ['S3_BUCKET', ''],
    ['S3_ENDPOINT', 'not-a-url'],
    ['S3_REGION', 'Not a region'],
    ['S3_SECRET_ACCESS_KEY', ''],
  ] as const) {
    const error = await load({ ...example(), [name]: value }).catch((error: unknown) => error);
    assert(error instanceof ConfigError, name);
    assert.deepEqual(
      error.faults.map(({ variable }) => variable),
      [name],
    );
  }
});

async function* chunks(sizes: readonly number[]) {
  for (const [index, size] of sizes.entries()) {
    yield Buffer.alloc(size, index + 1);
  }
}

const MIB = 2 ** 20;

test('what is kept comes back whole, whatever the sizes of its parts', async () => {
  for (const sizes of [[], [1], [5 * MIB], [5 * MIB, 1], [7, 12 * MIB, 3 * MIB - 7, 100]]) {
    const { storage } = memoryBucket();
    await storage.put('key', chunks(sizes), 'image/png');
    const found = await storage.get('key');
    const content = await buffer(found?.content ?? assert.fail());
    assert(content.equals(await buffer(Readable.from(chunks(sizes)))));
    assert.deepEqual([found?.size, found?.contentType], [content.length, 'image/png']);
  }
});

test('content that ends by an error leaves nothing, and its error goes on', async () => {
  for (const size of [1, 6 * MIB]) {
    const { storage, objects, unfinished } = memoryBucket();
    async function* broken() {
      yield Buffer.alloc(size);
      throw new TypeError('gone');
    }
    await assert.rejects(storage.put('key', broken(), 'image/png'), TypeError);
    assert.deepEqual([objects.size, unfinished.size], [0, 0]);
  }
});

test('an unknown key gives nothing', async () => {
  assert.equal(await memoryBucket().storage.get('key'), undefined);
});

test('the time that a head may take does not end the content', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const signals: AbortSignal[] = [];
  let takes = 0;
  const send = async (_command: object, { abortSignal }: { abortSignal: AbortSignal }) => {
    signals.push(abortSignal);
    t.mock.timers.tick(takes);
    abortSignal.throwIfAborted();
    return { Body: Readable.from([]) };
  };
  const storage = new S3({ send } as unknown as S3Client, 'bucket');
  await storage.get('key');
  t.mock.timers.tick(60_000);
  assert.equal(signals[0]?.aborted, false);
  takes = 10_000;
  await assert.rejects(storage.get('key'), TimeoutError);
});

test('a store that is not there is an outage', async () => {
  const storage = await open(await load({ ...example(), ...WITHOUT_SERVICES }));
  await assert.rejects(storage.put('key', chunks([1]), 'text/plain'), Unavailable);
  await assert.rejects(storage.get('key'), Unavailable);
  await assert.rejects(storage.ping(AbortSignal.timeout(1000)), Unavailable);
  await storage.close();
});
