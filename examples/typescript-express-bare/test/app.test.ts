import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { application } from '../src/app.ts';
import { MAX_BYTES, read } from '../src/body.ts';
import type { Context } from '../src/context.ts';
import { log } from '../src/logging.ts';
import { operations as probes } from '../src/probes.ts';
import { Problem } from '../src/problems.ts';
import { posted, problem, serve } from './client.ts';
import { FakeAdapter } from './fakes.ts';
import * as faults from './faults.ts';

const { routes: _, ...operations } = faults;
const all = [...probes, ...Object.values(operations)];
const create = (context: Context) => application(context, all, [faults]);

test('the probes answer', async (t) => {
  const ask = await serve(t, create, [new FakeAdapter('cache', { reported: true, down: true })]);
  assert.deepEqual(await (await ask('/livez')).json(), { status: 'live' });
  const ready = { status: 'ready', checks: { cache: 'degraded' } };
  assert.deepEqual(await (await ask('/readyz')).json(), ready);
  const version = (await (await ask('/version')).json()) as object;
  assert.deepEqual(Object.keys(version), ['name', 'version', 'revision']);
});

test('an answer is sent whole, whatever the client has', async (t) => {
  const ask = await serve(t, create);
  for (const path of ['/livez', '/openapi.json', '/metrics']) {
    const answer = await ask(path, { headers: { 'If-None-Match': '*' } });
    assert.equal(answer.status, 200, path);
    const body = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.headers.get('content-length'), String(body.length));
  }
  assert.equal((await ask('/livez')).headers.get('content-type'), 'application/json');
});

test('an outage of what is required is told of', async (t) => {
  const ask = await serve(t, create, [new FakeAdapter('db', { down: true })]);
  const answer = await ask('/readyz');
  assert.equal(answer.status, 503);
  assert.deepEqual((await problem(answer)).checks, { db: 'down' });
});

test('an unknown route is a problem', async (t) => {
  const ask = await serve(t, create);
  assert.equal((await problem(await ask('/nowhere'))).title, 'Not Found');
  assert.equal((await problem(await ask('/%ff'))).status, 404);
});

test('a wrong method is a problem that tells the right ones', async (t) => {
  const answer = await (await serve(t, create))('/livez', { method: 'DELETE' });
  assert.equal(answer.headers.get('allow'), 'GET');
  assert.equal((await problem(answer)).status, 405);
});

test('what has no route is refused before its body', async (t) => {
  const { port } = await serve(t, create);
  for (const [path, status] of [
    ['/nowhere', 404],
    ['/livez', 405],
  ] as const) {
    const client = connect(port, '127.0.0.1');
    client.write(
      `POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Type: ?\r\nContent-Length: 9\r\n\r\n`,
    );
    const [answer] = await once(client, 'data');
    assert.match(String(answer), new RegExp(`^HTTP/1.1 ${status} `));
    client.destroy();
  }
});

test('a bug is a problem without internals', async (t) => {
  const answer = await (await serve(t, create))('/bug');
  const body = { type: 'about:blank', title: 'Internal Server Error', status: 500 };
  assert.deepEqual(await problem(answer), body);
});

test('an outage is a problem that asks to come again', async (t) => {
  const ask = await serve(t, create);
  const warning = t.mock.method(log, 'warning');
  const answer = await ask('/outage');
  assert.equal(answer.headers.get('retry-after'), '5');
  assert.equal((await problem(answer)).detail, 'db is unavailable');
  assert.deepEqual(warning.mock.calls[0]?.arguments[0], { dependency: 'db', reason: 'TypeError' });
});

test('a body of the limit is taken, a larger one refused', async (t) => {
  const ask = await serve(t, create);
  const most = 'x'.repeat(MAX_BYTES - 2);
  assert.equal(await (await ask('/sink', posted(`"${most}"`))).json(), most.length);
  assert.equal((await problem(await ask('/sink', posted(`"${most}x"`)))).status, 413);
});

test('half a character is refused, in a text and in a name', async (t) => {
  const ask = await serve(t, create);
  assert.equal(await (await ask('/sink', posted('"\\ud83c\\udf75"'))).json(), 2);
  for (const body of ['"\\ud800"', '"\\uDC00 tea"', '{"\\ud800": 1}', '"\\ud800\\ud800\\udc00"']) {
    const { errors } = await problem(await ask('/sink', posted(body)));
    assert.deepEqual(errors, [{ location: 'body', message: 'must be valid JSON' }]);
  }
});

test('a larger body is refused though nothing declares it', async (t) => {
  const ask = await serve(t, create);
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
  });
  const answer = await ask('/sink', { method: 'POST', body, duplex: 'half' } as RequestInit);
  assert.equal((await problem(answer)).status, 413);
});

test('a body that does not come is timed out', { timeout: 5000 }, async (t) => {
  const late = t.mock.fn();
  const ask = await serve(t, async () => async (request, response) => {
    await read(request, 20).catch(late);
    response.end();
  });
  const client = connect(ask.port, '127.0.0.1');
  client.write('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n{');
  await once(client, 'data');
  const [error] = late.mock.calls[0]?.arguments ?? [];
  assert(error instanceof Problem && error.status === 408);
});

test('a client that hangs up has sent a bad body, also before it is read', async (t) => {
  for (const before of [false, true]) {
    const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
    const ask = await serve(t, async () => async (request) => {
      if (before) {
        client.destroy();
        await new Promise((resolve) => request.once('close', resolve));
      } else {
        request.once('data', () => client.destroy());
      }
      read(request).catch(end);
    });
    const client = connect(ask.port, '127.0.0.1');
    client.write('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n{');
    const error = await ended;
    assert(error instanceof Problem);
    assert.deepEqual([error.status, error.detail], [400, 'The body ended too early']);
  }
});

test('a well-formed request id is taken over', async (t) => {
  const ask = await serve(t, create);
  for (const [given, kept] of [
    ['abc-1.2_3', true],
    ['a b', false],
    ['x'.repeat(129), false],
  ] as const) {
    const answer = await ask('/livez', { headers: { 'X-Request-ID': given } });
    assert.equal(answer.headers.get('x-request-id') === given, kept);
  }
});

test('metrics count by the pattern of a route', async (t) => {
  const ask = await serve(t, create);
  await (await ask('/a-path-that-nobody-serves')).text();
  const metrics = await (await ask('/metrics')).text();
  assert.match(metrics, /http_requests_total\{method="GET",route="unmatched",status="404"\}/);
  assert.match(metrics, /http_request_duration_seconds_bucket/);
  assert.match(metrics, /process_cpu_seconds_total/);
  assert.doesNotMatch(metrics, /nobody-serves/);
});

test('every operation is described with its problems', async (t) => {
  interface Answer {
    readonly content: Readonly<Record<string, unknown>>;
  }
  type Paths = Record<string, Record<string, { responses: Record<string, Answer> }>>;
  const answer = await (await serve(t, create))('/openapi.json');
  const { openapi, paths } = (await answer.json()) as { openapi: string; paths: Paths };
  assert.match(openapi, /^3\.1/);
  assert.deepEqual(
    Object.keys(paths),
    all.map((operation) => operation.url),
  );
  for (const { responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
    assert('500' in responses);
    for (const [status, { content }] of Object.entries(responses)) {
      assert.equal('application/problem+json' in content, Number(status) >= 400);
    }
  }
});
