import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Adapters, Unavailable } from '../src/adapters/index.ts';
import { RabbitMQ } from '../src/adapters/rabbitmq.ts';
import { TRIES } from '../src/broker.ts';
import { type Handler, run } from '../src/jobs.ts';
import { fields, log } from '../src/logging.ts';
import type { Message } from '../src/messages.ts';
import type { Delivery } from '../src/subscription.ts';

beforeEach(() => {
  log.level = 'critical';
});

/** Keeps what is set aside in a list, unless it is away. */
class Broker extends RabbitMQ {
  readonly waiting: Message[] = [];
  away = false;

  override async setAside(message: Message): Promise<void> {
    if (this.away) {
      throw new Unavailable(this.name);
    }
    this.waiting.push(message);
  }
}

interface Options extends Partial<Delivery> {
  readonly stopping?: AbortSignal;
  readonly broker?: Broker;
  readonly away?: Set<string>;
}

function newBroker(): Broker {
  return new Broker(new URL('amqp://test'));
}

/** What becomes of a message. */
async function settled(handler: Handler, options: Options = {}): Promise<string> {
  const {
    stopping = new AbortController().signal,
    broker = newBroker(),
    away = new Set(),
    ...changes
  } = options;
  let outcome = 'nothing';
  const delivery: Delivery = {
    name: 'thing.done',
    id: 'm-1',
    headers: {},
    content: Buffer.from('{"n": 1}'),
    returns: 0,
    waiting: false,
    ack: () => {
      outcome = 'ack';
    },
    giveBack: () => {
      outcome = 'given back';
    },
    reject: ({ requeue }) => {
      outcome = requeue ? 'requeue' : 'dead';
    },
    ...changes,
  };
  const handlers = new Map([['thing.done', handler]]);
  const adapters = new Adapters([broker]);
  await run(delivery, { adapters, handlers, stopping, away, pause: async () => {} });
  return outcome;
}

async function fail(): Promise<void> {
  throw new Error('a bug');
}

async function lack(): Promise<void> {
  throw new Unavailable('postgres');
}

test('what is done is acknowledged', async () => {
  const seen: Message[] = [];
  const handle: Handler = async (_adapters, message) => {
    seen.push(message);
  };
  assert.equal(await settled(handle), 'ack');
  assert.deepEqual(seen, [{ name: 'thing.done', id: 'm-1', body: { n: 1 }, origin: {} }]);
});

test('what fails comes again, and at last is a dead letter', async () => {
  assert.equal(await settled(fail), 'requeue');
  assert.equal(await settled(fail, { returns: TRIES - 2 }), 'requeue');
  assert.equal(await settled(fail, { returns: TRIES - 1 }), 'dead');
});

test('what is no JSON fails', async () => {
  assert.equal(await settled(async () => {}, { content: Buffer.from('no json') }), 'requeue');
});

test('what nobody handles is a dead letter', async () => {
  assert.equal(await settled(fail, { name: 'other' }), 'dead');
});

test('what lacks a backing service is set aside, and the next one untried', async () => {
  const options = { broker: newBroker(), away: new Set<string>() };
  assert.equal(await settled(lack, options), 'ack');
  assert.equal(await settled(fail, { ...options, id: 'm-2' }), 'ack');
  assert.deepEqual(options.broker.waiting, [
    { name: 'thing.done', id: 'm-1', body: { n: 1 }, origin: {} },
    { name: 'thing.done', id: 'm-2', body: { n: 1 }, origin: {} },
  ]);
});

test('what cannot be set aside is given back', async () => {
  const gone = newBroker();
  gone.away = true;
  assert.equal(await settled(lack, { broker: gone }), 'given back');
});

test('what was set aside waits, and lets the next ones be tried', async () => {
  const away = new Set<string>();
  let outages = 2;
  const handle = async () => {
    outages -= 1;
    if (outages >= 0) {
      throw new Unavailable('postgres');
    }
  };
  assert.equal(await settled(handle, { waiting: true, away }), 'ack');
  assert.equal(away.size, 0);
});

test('an outage that does not end gives the message back', async (t) => {
  let minutes = 0;
  t.mock.method(performance, 'now', () => minutes * 60_000);
  const handle = async () => {
    minutes += 4;
    throw new Unavailable('postgres');
  };
  assert.equal(await settled(handle, { waiting: true }), 'given back');
  // RabbitMQ takes a message back by itself after half an hour.
  assert(minutes > 20 && minutes < 30, String(minutes));
});

test('a process that stops gives back what it has not begun', async () => {
  assert.equal(await settled(fail, { stopping: AbortSignal.abort() }), 'given back');
});

test('a connection that has gone is no crash', async () => {
  const ack = () => {
    throw new Error('Channel closed');
  };
  assert.equal(await settled(async () => {}, { ack }), 'nothing');
});

test('lines of a job carry the request and the trace', async () => {
  const trace_id = '0af7651916cd43dd8448eb211c80319c';
  const headers = { request_id: 'r-1', traceparent: `00-${trace_id}-b7ad6b7169203331-01` };
  let seen = {};
  const handle = async () => {
    seen = fields();
  };
  await settled(handle, { headers });
  assert.deepEqual(seen, { message_id: 'm-1', job: 'thing.done', request_id: 'r-1', trace_id });
});
