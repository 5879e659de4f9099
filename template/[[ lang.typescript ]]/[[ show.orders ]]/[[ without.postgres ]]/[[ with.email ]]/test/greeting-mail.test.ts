import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Email } from '../src/adapters/email.ts';
import { Adapters } from '../src/adapters/index.ts';
import { application } from '../src/app.ts';
import type { Context } from '../src/context.ts';
import { follow } from '../src/greeting-mail/hello-said.ts';
import * as operations from '../src/hello/operations.ts';
import * as hello from '../src/hello/routes.ts';
import { log } from '../src/logging.ts';
import type { Mail } from '../src/mail/index.ts';
import { posted, serve } from './client.ts';

const create = (context: Context) => application(context, Object.values(operations), [hello]);

beforeEach(() => {
  log.level = 'critical';
});

test('a greeting is mailed to whoever left an address', async () => {
  const sent: Mail[] = [];
  const send = async (mail: Mail) => {
    sent.push(mail);
  };
  const adapters = new Adapters([new Email({ send, ping: async () => {} })]);
  await follow(adapters, { name: 'Ada', email: 'ada@example.com' });
  await follow(adapters, { name: 'Bob' });
  assert.deepEqual(
    sent.map(({ to, text }) => [to, text]),
    [['ada@example.com', 'Hello, Ada!\n']],
  );
});

test('what is no plain address is refused', async (t) => {
  const ask = await serve(t, create);
  for (const email of ['nobody', 'a@b.c\nBcc: x@y.z', 'Ada <a@b.c>', 'a@b.c,d@e.f']) {
    assert.equal((await ask('/hello', posted({ name: 'Ada', email }))).status, 422);
  }
});
