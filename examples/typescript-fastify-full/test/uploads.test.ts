import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { open } from '../src/adapters/s3.ts';
import { application } from '../src/app.ts';
import { load } from '../src/config/index.ts';
import type { Context } from '../src/context.ts';
import { Problem } from '../src/problems.ts';
import { bounded } from '../src/uploads/body.ts';
import * as operations from '../src/uploads/operations.ts';
import * as uploads from '../src/uploads/routes.ts';
import { MAX_BYTES } from '../src/uploads/service.ts';
import { problem, serve } from './client.ts';
import { example, WITHOUT_SERVICES } from './environment.ts';
import { memoryBucket } from './memory-bucket.ts';

const create = (context: Context) => application(context, Object.values(operations), [uploads]);

async function shelf(t: TestContext) {
  const { storage, objects } = memoryBucket();
  return { ask: await serve(t, create, [storage]), objects };
}

function sent(body: RequestInit['body'], type?: string): RequestInit {
  const headers = type === undefined ? {} : { 'Content-Type': type };
  return { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
}

test('what is sent comes back', async (t) => {
  const { ask } = await shelf(t);
  const content = new Uint8Array(2 ** 21).fill(7);
  const kept = await ask('/uploads', sent(content, 'image/png'));
  assert.equal(kept.status, 201);
  assert.equal(((await kept.json()) as { size: number }).size, 2 ** 21);
  const got = await ask(kept.headers.get('location') ?? '');
  assert.deepEqual(new Uint8Array(await got.arrayBuffer()), content);
  assert.equal(got.headers.get('content-type'), 'image/png');
  assert.equal(got.headers.get('content-length'), String(2 ** 21));
  assert.equal(got.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(got.headers.get('content-disposition'), 'attachment');
});

test('the service makes the key', async (t) => {
  const { ask, objects } = await shelf(t);
  assert.equal((await ask('/uploads?key=mine', sent(new Uint8Array(1)))).status, 201);
  assert.doesNotMatch([...objects.keys()].join(), /mine/);
});

test('more than the limit is refused, declared or not', async (t) => {
  const { ask, objects } = await shelf(t);
  let left = MAX_BYTES / 2 ** 20 + 1;
  const streamed = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      left -= 1;
      return left < 0 ? controller.close() : controller.enqueue(new Uint8Array(2 ** 20));
    },
  });
  for (const body of [streamed, new Uint8Array(MAX_BYTES + 1)]) {
    assert.equal((await problem(await ask('/uploads', sent(body)))).status, 413);
  }
  assert.equal(objects.size, 0);
});

test('a key that the service did not make is refused', async (t) => {
  const { ask } = await shelf(t);
  const x = (count: number) => 'x'.repeat(count);
  for (const key of [x(31), x(33), `..%2F${x(27)}`, '%00'.repeat(32), `${x(31)}%0A`]) {
    assert([404, 422].includes((await ask(`/uploads/${key}`)).status), key);
  }
});

test('an unknown key is not found', async (t) => {
  const { ask } = await shelf(t);
  assert.equal((await problem(await ask(`/uploads/${'x'.repeat(32)}`))).status, 404);
});

test('a bad content type is refused', async (t) => {
  const { ask, objects } = await shelf(t);
  for (const type of ['html', 'a/b; c', `a/${'x'.repeat(200)}`]) {
    assert.equal((await ask('/uploads', sent(new Uint8Array(1), type))).status, 422, type);
  }
  assert.equal(objects.size, 0);
});

test('an outage asks to come again', async (t) => {
  const storage = await open(await load({ ...example(), ...WITHOUT_SERVICES }));
  t.after(() => storage.close());
  const answer = await (await serve(t, create, [storage]))('/uploads', sent(new Uint8Array(1)));
  assert.equal((await problem(answer)).status, 503);
  assert(Number(answer.headers.get('retry-after')) > 0);
});

test('a body that does not come is timed out', { timeout: 5000 }, async (t) => {
  const late = t.mock.fn();
  const ask = await serve(t, async () => async (request, response) => {
    await Array.fromAsync(bounded(request, 9, 20)).catch(late);
    response.end();
  });
  const client = connect(ask.port, '127.0.0.1');
  client.write('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n{');
  await once(client, 'data');
  const [error] = late.mock.calls[0]?.arguments ?? [];
  assert(error instanceof Problem && error.status === 408);
});

test('a client that hangs up has sent a bad body', async (t) => {
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
  const ask = await serve(t, async () => async (request) => {
    const parts = bounded(request, 9);
    await parts.next();
    client.destroy();
    parts.next().catch(end);
  });
  const client = connect(ask.port, '127.0.0.1');
  client.write('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n{');
  const error = await ended;
  assert(error instanceof Problem);
  assert.deepEqual([error.status, error.detail], [400, 'The body ended too early']);
});
