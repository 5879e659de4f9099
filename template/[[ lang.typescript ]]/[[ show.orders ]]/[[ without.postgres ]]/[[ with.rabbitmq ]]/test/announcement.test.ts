import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Adapters, Unavailable } from '../src/adapters/index.ts';
import { open } from '../src/adapters/rabbitmq.ts';
import { follow } from '../src/announcement/hello-said.ts';
import { load } from '../src/config/index.ts';
import { example, WITHOUT_SERVICES } from './environment.ts';

test('a greeting that cannot be announced is an outage', async () => {
  const rabbitmq = await open(await load({ ...example(), ...WITHOUT_SERVICES }));
  await assert.rejects(follow(new Adapters([rabbitmq]), { name: 'Ada' }), Unavailable);
});
