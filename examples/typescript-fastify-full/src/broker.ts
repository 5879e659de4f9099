/** What this service has in the broker, and connections to it that open and close in time. */
import type { Duplex } from 'node:stream';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { NAME } from './about.ts';
import { within } from './deadline.ts';

const CONNECT_MS = 5_000;
const CLOSE_MS = 1_500;
const HEARTBEAT_SECONDS = 10;

export const EXCHANGE = NAME;
export const QUEUE = NAME;
export const DEAD_LETTERS = `${NAME}.dead`;
/** Where messages wait for a backing service, each name in a queue of its own. */
export const WAITING = `${NAME}.waiting`;
/** How often a message is handed out before it goes to the dead-letter queue. */
export const TRIES = 5;

/** A queue that a worker takes messages from. */
const WORK = {
  durable: true,
  arguments: {
    'x-queue-type': 'quorum',
    'x-delivery-limit': TRIES - 1,
    'x-dead-letter-exchange': DEAD_LETTERS,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  },
};

export async function connected(url: URL): Promise<ChannelModel> {
  const address = new URL(url);
  address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  const connection = await connect(address.href, {
    timeout: CONNECT_MS,
    clientProperties: { connection_name: NAME },
  });
  // What is wrong with a connection is told by the call that wants to use it.
  return connection.on('error', () => {});
}

/** Closes a connection, whatever state it is in; nothing is left that keeps the process alive. */
export async function disconnected(connection: ChannelModel): Promise<void> {
  try {
    await within(CLOSE_MS, connection.close());
  } catch {
    const { stream } = connection.connection as unknown as { stream: Duplex };
    stream.destroy(new Error('The broker does not answer'));
  }
}

/** Makes what this service needs in the broker; it is there already, but for the very first time. */
export async function declared(channel: Channel): Promise<void> {
  await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
  // By an exchange, so that a dead letter keeps its name and can be sent again.
  await channel.assertExchange(DEAD_LETTERS, 'fanout', { durable: true });
  await channel.assertQueue(DEAD_LETTERS, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum' },
  });
  await channel.bindQueue(DEAD_LETTERS, DEAD_LETTERS, '');
  await channel.assertQueue(QUEUE, WORK);
  await channel.bindQueue(QUEUE, EXCHANGE, '#');
}

/** Makes the queues where messages of these names wait, and returns what they are called. */
export async function declaredWaiting(
  channel: Channel,
  names: readonly string[],
): Promise<readonly string[]> {
  await channel.assertExchange(WAITING, 'direct', { durable: true });
  const queues = names.map((name) => ({ name, queue: `${WAITING}.${name}` }));
  for (const { name, queue } of queues) {
    await channel.assertQueue(queue, WORK);
    await channel.bindQueue(queue, WAITING, name);
  }
  return queues.map(({ queue }) => queue);
}
