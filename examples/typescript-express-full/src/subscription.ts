/** Messages that the broker hands out, few at a time, on a connection of their own. */
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { connected, declared, declaredWaiting, disconnected, QUEUE, WAITING } from './broker.ts';
import { within } from './deadline.ts';
import type { Origin } from './messages.ts';

const CALL_MS = 3_000;
const PREFETCH = 10;
const WAITING_PREFETCH = 2;

/** A message that was handed out, to be settled once; settling throws when the connection has gone. */
export interface Delivery {
  readonly name: string;
  readonly id: string;
  readonly headers: Origin;
  readonly content: Buffer;
  /** How often it was handed out before, and came back. */
  readonly returns: number;
  /** Whether it was set aside until a backing service is there again. */
  readonly waiting: boolean;
  ack(): void;
  /** Lets it come again; the broker does not count this as a failure where it tells the two apart. */
  giveBack(): void;
  reject(options: { readonly requeue: boolean }): void;
}

export type Receive = (delivery: Delivery) => void;

export interface Subscription {
  /** Resolves when the connection has gone, or the queue. */
  readonly lost: Promise<void>;
  /** Lets no more messages come; those that came can still be settled. */
  stop(): Promise<void>;
  /** Closes the connection; what is not settled is handed out again. */
  close(): Promise<void>;
}

/** Hands messages to `receive`, and those of `names` that were set aside, until it is stopped or lost. */
export async function subscribed(
  url: URL,
  receive: Receive,
  names: readonly string[],
): Promise<Subscription> {
  const connection = await connected(url);
  try {
    return await within(CALL_MS, consuming(connection, receive, names));
  } catch (error) {
    await disconnected(connection);
    throw error;
  }
}

async function consuming(
  connection: ChannelModel,
  receive: Receive,
  names: readonly string[],
): Promise<Subscription> {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  // Not by `once` of node:events, which would reject when an error comes first.
  const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
  channel.once('close', () => lose());
  await channel.prefetch(PREFETCH);
  await declared(channel);

  function take(incoming: ConsumeMessage | null): void {
    if (incoming) {
      receive(delivery(incoming));
    } else {
      // The broker has cancelled the subscription; what came can still be settled.
      lose();
    }
  }

  function delivery(incoming: ConsumeMessage): Delivery {
    const { fields, properties, content } = incoming;
    const headers = Object.entries(properties.headers ?? {});
    // What the broker notes is not the sender's.
    const own = headers.filter(([name]) => !name.startsWith('x-'));
    return {
      name: fields.routingKey,
      id: properties.messageId ?? '',
      headers: Object.fromEntries(own.map(([name, value]) => [name, String(value)])),
      content,
      returns: Number(properties.headers?.['x-delivery-count'] ?? 0),
      waiting: fields.exchange === WAITING,
      ack: () => channel.ack(incoming),
      giveBack: () => channel.nack(incoming, false, true),
      reject: ({ requeue }) => channel.reject(incoming, requeue),
    };
  }

  const { consumerTag } = await channel.consume(QUEUE, take);
  const tags = [consumerTag];
  // Of each consumer from here on.
  await channel.prefetch(WAITING_PREFETCH);
  for (const queue of await declaredWaiting(channel, names)) {
    tags.push((await channel.consume(queue, take)).consumerTag);
  }
  return {
    lost,
    async stop() {
      const cancelled = Promise.all(tags.map((tag) => channel.cancel(tag)));
      // Of a connection that has gone no more messages come either.
      await within(CALL_MS, cancelled).catch(() => {});
    },
    close: () => disconnected(connection),
  };
}
