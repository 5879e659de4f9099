/** RabbitMQ by amqplib: messages are published with confirms, and taken from a quorum queue. */
import { SpanKind } from '@opentelemetry/api';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { NAME } from '../about.ts';
import { connected, declared, disconnected, EXCHANGE, WAITING } from '../broker.ts';
import type { Config } from '../config/index.ts';
import { settings } from '../config/rabbitmq.ts';
import { before, limited, within } from '../deadline.ts';
import { type Message, traceHeaders, traceOf } from '../messages.ts';
import { type Receive, type Subscription, subscribed } from '../subscription.ts';
import { traced } from '../telemetry.ts';
import { type Adapter, Unavailable } from './index.ts';

const CALL_MS = 3_000;

/** A channel with confirms. */
interface Publishing {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Ids of messages that no queue took. */
  readonly returned: Set<string>;
}

/** Connections to the broker, opened when they are needed and replaced when they break. */
export class RabbitMQ implements Adapter {
  readonly name = 'rabbitmq';
  readonly readiness = {
    web: 'reported',
    worker: 'required',
    scheduler: 'required',
  } as const;
  readonly #url: URL;
  #publishing: Promise<Publishing> | undefined;
  #subscribed: boolean | undefined;

  constructor(url: URL) {
    this.#url = url;
  }

  /** Resolves once the broker keeps the message; rejects with `Unavailable` when it may not. */
  async publish(message: Message): Promise<void> {
    await this.#publish(message, EXCHANGE);
  }

  /** As `publish`, into the queue where messages of its name wait. */
  async setAside(message: Message): Promise<void> {
    await this.#publish(message, WAITING);
  }

  async #publish(message: Message, to: string): Promise<void> {
    const attributes = { 'messaging.system': 'rabbitmq', 'messaging.message.id': message.id };
    const content = Buffer.from(JSON.stringify(message.body));
    await traced(
      `publish ${message.name}`,
      { kind: SpanKind.PRODUCER, attributes },
      () =>
        limited(CALL_MS, (late) =>
          this.#call(late, (publishing) => confirmed(publishing, to, message, content)),
        ),
      traceOf(message.origin),
    );
  }

  /** Hands messages to `receive`, few at a time, and those of `names` that were set aside. */
  async subscribe(receive: Receive, names: readonly string[] = []): Promise<Subscription> {
    this.#subscribed = false;
    try {
      const subscription = await subscribed(this.#url, receive, names);
      this.#subscribed = true;
      subscription.lost.then(() => {
        this.#subscribed = false;
      });
      return subscription;
    } catch (cause) {
      throw new Unavailable(this.name, cause);
    }
  }

  /** A process that takes messages is only well while it gets them. */
  async ping(signal: AbortSignal): Promise<void> {
    await this.#call(signal, ({ channel }) => channel.checkExchange(EXCHANGE));
    if (this.#subscribed === false) {
      throw new Unavailable(this.name);
    }
  }

  async close(): Promise<void> {
    await this.#drop(this.#publishing);
  }

  /** Uses the channel until `signal` aborts; after a failure the next call gets a new one. */
  async #call<Result>(
    signal: AbortSignal,
    use: (publishing: Publishing) => Promise<Result>,
  ): Promise<Result> {
    this.#publishing ??= this.#opened();
    const current = this.#publishing;
    try {
      return await before(signal, current.then(use));
    } catch (cause) {
      // Not waited for: one that is still being opened ends by a time limit of its own.
      this.#drop(current);
      throw new Unavailable(this.name, cause);
    }
  }

  #opened(): Promise<Publishing> {
    const opening = opened(this.#url);
    // What a lost connection leaves is of no use to the next call.
    const lost = () => this.#publishing === opening && this.#drop(opening);
    opening.then(({ channel }) => channel.once('close', lost)).catch(() => {});
    return opening;
  }

  async #drop(dropped: Promise<Publishing> | undefined): Promise<void> {
    if (this.#publishing === dropped) {
      this.#publishing = undefined;
    }
    await dropped?.then(({ connection }) => disconnected(connection)).catch(() => {});
  }
}

export async function open(config: Config): Promise<RabbitMQ> {
  return new RabbitMQ(config.get(settings).AMQP_URL);
}

/** A channel on a connection that is closed with it. */
async function opened(url: URL): Promise<Publishing> {
  const connection = await connected(url);
  try {
    const channel = await connection.createConfirmChannel();
    const returned = new Set<string>();
    channel.on('error', () => {});
    channel.on('return', ({ properties }) => returned.add(properties.messageId));
    await within(CALL_MS, declared(channel));
    return { connection, channel, returned };
  } catch (error) {
    await disconnected(connection);
    throw error;
  }
}

/** Resolves once the broker keeps the message. */
async function confirmed(
  { channel, returned }: Publishing,
  exchange: string,
  message: Message,
  content: Buffer,
): Promise<void> {
  const options = {
    mandatory: true,
    persistent: true,
    contentType: 'application/json',
    messageId: message.id,
    appId: NAME,
    headers: { ...message.origin, ...traceHeaders() },
  };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  channel.publish(exchange, message.name, content, options, (error) => {
    // What no queue takes is returned first, and then confirmed all the same.
    const refused = returned.delete(message.id) ? new Error('No queue takes it') : error;
    refused ? reject(refused) : resolve();
  });
  await promise;
}
