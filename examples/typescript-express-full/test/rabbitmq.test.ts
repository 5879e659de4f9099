import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../src/adapters/index.ts';
import { open } from '../src/adapters/rabbitmq.ts';
import { load } from '../src/config/index.ts';
import { message } from '../src/messages.ts';
import { example, WITHOUT_SERVICES } from './environment.ts';

test('a broker that is not there is an outage', async () => {
  const rabbitmq = await open(await load({ ...example(), ...WITHOUT_SERVICES }));
  await assert.rejects(rabbitmq.publish(message('thing.done', {})), Unavailable);
  await assert.rejects(rabbitmq.ping(AbortSignal.timeout(1000)), Unavailable);
  await assert.rejects(
    rabbitmq.subscribe(() => {}),
    Unavailable,
  );
  await rabbitmq.close();
});
