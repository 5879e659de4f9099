/** PostgreSQL by node-postgres; Kysely writes the queries and knows their types. */
import { SpanKind } from '@opentelemetry/api';
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import { DatabaseError, Pool, type PoolClient, type QueryResult, types } from 'pg';
import { NAME } from '../about.ts';
import type { Config } from '../config/index.ts';
import { settings } from '../config/postgres.ts';
import { before, limited } from '../deadline.ts';
import { traced } from '../telemetry.ts';
import { type Adapter, Unavailable } from './index.ts';

const CONNECT_SECONDS = 5;
const CALL_SECONDS = 5;
const PING_SECONDS = 1.5;
/** How much earlier the server gives a statement up than this process the connection. */
const GIVE_UP_SECONDS = 0.5;
const IDLE_SECONDS = 60;
/** What the server says when it cannot do something now, by class of its error codes. */
const OUTAGES = new Set(['08', '28', '3D', '40', '53', '55', '57', '58']);

const SPAN = { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } };

/** The columns of every table by its name; a feature declares its own in a module `tables`. */
// biome-ignore lint/suspicious/noEmptyInterface: it grows by declaration merging
export interface Tables {}

export type Transaction = Kysely<Tables>;

/** A pool of connections; it opens them when they are needed and replaces broken ones. */
export class Postgres implements Adapter {
  readonly name = 'postgres';
  readonly readiness = {
    web: 'required',
    worker: 'required',
    scheduler: 'required',
  } as const;
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Commits what `work` does, or undoes all of it; throws `Unavailable` in an outage. */
  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    seconds = CALL_SECONDS,
  ): Promise<T> {
    return this.#call('postgres transaction', seconds, (connection) =>
      committed(connection, seconds - GIVE_UP_SECONDS, work),
    );
  }

  /**
   * What one statement reads; throws `Unavailable` in an outage.
   *
   * This asks the server once, a transaction three times. What is given up here may go on there.
   */
  async read<T>(work: (db: Kysely<Tables>) => Promise<T>, seconds = CALL_SECONDS): Promise<T> {
    return this.#call('postgres statement', seconds, (connection) => work(kysely(connection)));
  }

  /** Lends one connection for as long as the work takes, which makes its own transactions. */
  async session<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    return this.#connected(new AbortController().signal, (connection) => work(kysely(connection)));
  }

  async ping(signal: AbortSignal): Promise<void> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(PING_SECONDS * 1000)]);
    await this.#connected(bounded, (connection) => connection.query('select 1'));
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #call<T>(
    span: string,
    seconds: number,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    return traced(span, SPAN, () => limited(seconds * 1000, (late) => this.#connected(late, work)));
  }

  /** Lends a connection until `signal` aborts; then it is closed, also when the server hangs. */
  async #connected<T>(
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const client = await this.#client(signal);
    try {
      return await before(signal, work(connected(client)));
    } catch (error) {
      throw signal.aborted ? outage(error) : error;
    } finally {
      client.release(signal.aborted);
    }
  }

  async #client(signal: AbortSignal): Promise<PoolClient> {
    const connecting = this.#pool.connect();
    try {
      return await before(signal, connecting);
    } catch (error) {
      connecting.then((late) => late.release()).catch(() => {});
      throw outage(error);
    }
  }
}

/** A borrowed connection, which tells of an outage by `Unavailable`. */
interface Connection {
  query(sql: string, parameters?: readonly unknown[]): Promise<QueryResult>;
}

function connected(client: PoolClient): Connection {
  return {
    query: async (sql, parameters) => {
      try {
        return await client.query(sql, parameters as unknown[]);
      } catch (error) {
        throw isOutage(error) ? outage(error) : error;
      }
    },
  };
}

function kysely<Of>({ query }: Connection): Kysely<Of> {
  // It is never asked for a cursor.
  const client = { query, release: () => {} } as unknown as PostgresPoolClient;
  const pool = { connect: async () => client, end: async () => {}, options: {} };
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}

async function committed<T>(
  connection: Connection,
  statementSeconds: number,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  await connection.query(`begin; set local statement_timeout = ${statementSeconds * 1000}`);
  try {
    const result = await work(kysely(connection));
    const { command } = await connection.query('commit');
    if (command === 'ROLLBACK') throw new Error('A statement of the transaction has failed');
    return result;
  } catch (error) {
    await connection.query('rollback');
    throw error;
  }
}

function isOutage(error: unknown): boolean {
  if (error instanceof DatabaseError) return OUTAGES.has(error.code?.slice(0, 2) ?? '');
  return !(error instanceof TypeError);
}

function outage(cause: unknown): Unavailable {
  return new Unavailable('postgres', cause);
}

/** A moment as RFC 3339 has it, with six digits where the database has fewer: a Date would end at milliseconds. */
function moment(text: string): string {
  const [day, time = ''] = text.split(' ');
  const long = time.replace(/\.\d+/, (fraction) => fraction.padEnd(7, '0'));
  return `${day}T${long.replace(/\+00$/, 'Z').replace(/[+-]\d\d$/, '$&:00')}`;
}

export async function open(config: Config): Promise<Postgres> {
  const { DATABASE_URL, DATABASE_POOL_SIZE } = config.get(settings);
  const url = new URL(DATABASE_URL);
  // `sslmode` means here what it means to every other client of PostgreSQL.
  url.searchParams.set('uselibpqcompat', 'true');
  const pool = new Pool({
    connectionString: url.href,
    max: DATABASE_POOL_SIZE,
    connectionTimeoutMillis: CONNECT_SECONDS * 1000,
    idleTimeoutMillis: IDLE_SECONDS * 1000,
    application_name: NAME,
    types: {
      getTypeParser: (id, format) =>
        id === types.builtins.TIMESTAMPTZ ? moment : types.getTypeParser(id, format),
    },
    keepAlive: true,
  });
  // Whoever waits for an answer hears of a broken connection; nobody else needs to.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Postgres(pool);
}
