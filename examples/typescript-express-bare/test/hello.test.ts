import assert from 'node:assert/strict';
import { test } from 'node:test';
import { application } from '../src/app.ts';
import type { Context } from '../src/context.ts';
import * as operations from '../src/hello/operations.ts';
import * as hello from '../src/hello/routes.ts';
import { posted, problem, serve } from './client.ts';

const create = (context: Context) => application(context, Object.values(operations), [hello]);

test('it greets the world, or who is named in the query', async (t) => {
  const ask = await serve(t, create);
  assert.deepEqual(await (await ask('/hello')).json(), { message: 'Hello, world!' });
  assert.deepEqual(await (await ask('/hello?name=Ada')).json(), { message: 'Hello, Ada!' });
});

test('a bad body is a problem that says where', async (t) => {
  const ask = await serve(t, create);
  for (const body of [{}, { name: 1 }, { name: '' }, { name: 'a\0b' }, { nome: 'Ada' }, [], '{']) {
    const answer = await ask('/hello', posted(body));
    assert.equal(answer.status, 422);
    const { errors } = (await problem(answer)) as { errors?: { location: string }[] };
    assert.match(errors?.[0]?.location ?? '', /^body/);
  }
});
