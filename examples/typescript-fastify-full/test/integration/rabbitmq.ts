import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { open } from '../../src/adapters/rabbitmq.ts';
import { load } from '../../src/config/index.ts';
import type { Message } from '../../src/messages.ts';
import type { Delivery } from '../../src/subscription.ts';

const rabbitmq = await open(await load(process.env));
after(() => rabbitmq.close());

const bounded = { timeout: 15_000 };

test('a message arrives as it was sent', bounded, async () => {
  const sent: Message = {
    name: 'tea.ready',
    body: { cups: 2 },
    id: crypto.randomUUID(),
    origin: { request_id: 'r-1' },
  };
  const arrived = Promise.withResolvers<Delivery>();
  const subscription = await rabbitmq.subscribe((delivery) => {
    delivery.ack();
    if (delivery.id === sent.id) {
      arrived.resolve(delivery);
    }
  });
  await rabbitmq.publish(sent);
  const { name, content, headers } = await arrived.promise;
  await rabbitmq.ping(AbortSignal.timeout(1000));
  await subscription.close();
  assert.deepEqual([name, content.toString()], ['tea.ready', '{"cups":2}']);
  assert.equal(headers.request_id, 'r-1');
});

test('what is not acknowledged is handed out again', bounded, async () => {
  const sent: Message = { name: 'tea.spilled', body: {}, id: crypto.randomUUID(), origin: {} };
  const tries: number[] = [];
  const done = Promise.withResolvers<void>();
  const subscription = await rabbitmq.subscribe((delivery) => {
    if (delivery.id !== sent.id) {
      delivery.ack();
      return;
    }
    tries.push(delivery.returns);
    if (tries.length < 3) {
      delivery.reject({ requeue: true });
    } else {
      delivery.ack();
      done.resolve();
    }
  });
  await rabbitmq.publish(sent);
  await done.promise;
  await subscription.close();
  assert.deepEqual(tries, [0, 1, 2]);
});
