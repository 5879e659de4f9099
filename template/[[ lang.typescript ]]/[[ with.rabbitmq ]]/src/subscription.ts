/** Messages that the broker hands out, few at a time, on a connection of their own. */
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { connected, declared, disconnected, QUEUE } from './broker.ts';
import { before } from './deadline.ts';
import type { Origin } from './messages.ts';

const CALL_MS = 3_000;
const PREFETCH = 10;

/** A message that was handed out, to be settled once; settling throws when the connection has gone. */
export interface Delivery {
  readonly name: string;
  readonly id: string;
  readonly headers: Origin;
  readonly content: Buffer;
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

/** Hands messages to `receive` until it is stopped or lost. */
export async function subscribed(url: URL, receive: Receive): Promise<Subscription> {
  const connection = await connected(url);
  try {
    return await before(AbortSignal.timeout(CALL_MS), consuming(connection, receive));
  } catch (error) {
    await disconnected(connection);
    throw error;
  }
}

async function consuming(connection: ChannelModel, receive: Receive): Promise<Subscription> {
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
    return {
      name: fields.routingKey,
      id: properties.messageId ?? '',
      headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
      content,
      ack: () => channel.ack(incoming),
      giveBack: () => channel.nack(incoming, false, true),
      reject: ({ requeue }) => channel.reject(incoming, requeue),
    };
  }

  const { consumerTag } = await channel.consume(QUEUE, take);
  return {
    lost,
    async stop() {
      // Of a connection that has gone no more messages come either.
      await before(AbortSignal.timeout(CALL_MS), channel.cancel(consumerTag)).catch(() => {});
    },
    close: () => disconnected(connection),
  };
}
