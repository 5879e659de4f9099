/** Redis or Valkey by node-redis; without a URL, its twin inside the process. */
import { setImmediate } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import { createClient, ErrorReply } from 'redis';
import type { Config } from '../config/index.ts';
import { settings } from '../config/redis.ts';
import { within } from '../deadline.ts';
import { log } from '../logging.ts';
import { memoryStore, type Store } from '../store.ts';
import { traced } from '../telemetry.ts';
import { type Adapter, Unavailable } from './index.ts';

const CALL_MS = 1_000;

/** The store that the environment selects. */
export class Redis implements Adapter {
  readonly name = 'redis';
  readonly readiness = {
    web: 'reported',
    worker: 'reported',
    scheduler: 'reported',
  } as const;
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  ping(): Promise<void> {
    return this.store.ping();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** A store that all replicas share. */
export function redisStore(url: string): Store {
  const server = link(url);
  return {
    get: (key) => server.call('GET', async (client) => (await client.get(key)) ?? undefined),

    set: (key, value, seconds) =>
      server.call('SET', async (client) => {
        await client.set(key, value, { expiration: { type: 'EX', value: seconds } });
      }),

    increment: (key, amount) => server.call('INCRBY', (client) => client.incrBy(key, amount)),

    add: (key, member, amount, seconds) =>
      server.call('HINCRBY', async (client) => {
        await client.multi().hIncrBy(key, member, amount).expire(key, seconds).exec();
      }),

    counts: (key, seconds) =>
      server.call('HKEYS', async (client) => {
        // Not HGETALL, of whose members the client would lose one that is called __proto__.
        const transaction = client.multi().hKeys(key).hVals(key).expire(key, seconds);
        const [members, counts] = await transaction.execTyped();
        return Object.fromEntries(members.map((member, at) => [member, Number(counts[at])]));
      }),

    ping: () =>
      server.call('PING', async (client) => {
        await client.ping();
      }),

    close: server.close,
  };
}

type Client = ReturnType<typeof clientOf>;

interface Connection {
  readonly client: Client;
  readonly ready: Promise<Client>;
}

/**
 * A connection that is made when it is needed, and made anew after it failed.
 *
 * The client's own way to connect again in the background would let calls wait during an outage,
 * and keep the connection to a host that has vanished.
 */
function link(url: string) {
  let current: Connection | undefined;

  const drop = (connection: Connection) => {
    if (current === connection) current = undefined;
    connection.client.destroy();
  };

  const connect = (): Connection => {
    const client = clientOf(url);
    const connection = { client, ready: client.connect().then(() => client) };
    client.on('error', () => drop(connection));
    return connection;
  };

  const bounded = async <T>(run: (client: Client) => Promise<T>): Promise<T> => {
    current ??= connect();
    const connection = current;
    try {
      return await within(CALL_MS, connection.ready.then(run));
    } catch (error) {
      if (!(error instanceof ErrorReply)) drop(connection);
      throw new Unavailable('redis', error);
    }
  };

  return {
    /** Bounds one call, and tells of an outage by `Unavailable`. */
    call: <T>(operation: string, run: (client: Client) => Promise<T>): Promise<T> => {
      const attributes = { 'db.system.name': 'redis', 'db.operation.name': operation };
      return traced(operation, { kind: SpanKind.CLIENT, attributes }, () => bounded(run));
    },

    /** Waits for the calls that are under way, as long as a call may take. */
    close: async () => {
      if (!current) return;
      const { client } = current;
      await within(CALL_MS, finished(client)).catch(() => client.destroy());
    },
  };
}

/** Closes after the calls that are under way, and after those that follow from their answers. */
async function finished(client: Client): Promise<void> {
  await client.ping();
  await setImmediate();
  await client.close();
}

function clientOf(url: string) {
  return createClient({
    url,
    socket: { connectTimeout: CALL_MS, reconnectStrategy: false },
    disableOfflineQueue: true,
    // Calls are bounded above; the client's own timers live on after their calls.
    commandOptions: { timeout: 0 },
  });
}

export async function open(config: Config): Promise<Redis> {
  const url = config.get(settings).REDIS_URL;
  if (url === undefined) {
    log.warning('REDIS_URL is not set: what is kept here is not shared between replicas');
    return new Redis(memoryStore());
  }
  return new Redis(redisStore(url.href));
}
