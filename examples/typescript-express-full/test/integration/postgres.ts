import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { DatabaseError } from 'pg';
import { Unavailable } from '../../src/adapters/index.ts';
import { open, type Postgres, type Tables } from '../../src/adapters/postgres.ts';
import { run as migrate } from '../../src/commands/migrate.ts';
import { load } from '../../src/config/index.ts';

let postgres: Postgres;

// One connection, so that a second caller has to wait.
beforeEach(async () => {
  postgres = await open(await load({ ...process.env, DATABASE_POOL_SIZE: '1' }));
});

afterEach(() => postgres.close());

const bounded = { timeout: 4000 };

test('what fails half-way leaves nothing', async () => {
  await postgres.transaction((db) => sql`create temporary table half (way int unique)`.execute(db));
  await assert.rejects(
    postgres.transaction((db) => sql`insert into half values (1), (1)`.execute(db)),
    DatabaseError,
  );
  const { rows } = await postgres.transaction((db) => sql`select * from half`.execute(db));
  assert.deepEqual(rows, []);
});

test('the schema of a newer release stays as it is', async () => {
  await postgres.read((db) => sql`insert into migrations values ('newer', now())`.execute(db));
  try {
    assert.equal(await migrate([], process.env), 0);
    assert.equal(await migrate(['--down'], process.env), 1);
  } finally {
    const removed = await postgres.read((db) =>
      sql`delete from migrations where name = 'newer'`.execute(db),
    );
    assert.equal(removed.numAffectedRows, 1n);
  }
});

test('no free connection is an outage in bounded time', bounded, async () => {
  await postgres.transaction(async () => {
    const second = postgres.transaction(() => assert.fail('there is no second connection'), 1);
    await assert.rejects(second, Unavailable);
  });
  await postgres.ping(AbortSignal.timeout(1000));
});

test('a statement that takes too long is an outage', bounded, async () => {
  const sleep = (db: Kysely<Tables>) => sql`select pg_sleep(30)`.execute(db);
  for (const late of [() => postgres.transaction(sleep, 1), () => postgres.read(sleep, 1)]) {
    await assert.rejects(late, Unavailable);
    await postgres.ping(AbortSignal.timeout(1000));
  }
});

test('a moment is as fine as the database keeps it', async () => {
  const moments = await postgres.transaction(async (db) => {
    const select = sql<{ at: string }>`select timestamptz '2026-01-02 03:04:05.123456Z' as at`;
    await sql`set local timezone = 'UTC'`.execute(db);
    const utc = await select.execute(db);
    await sql`set local timezone = 'Asia/Kolkata'`.execute(db);
    return [...utc.rows, ...(await select.execute(db)).rows].map(({ at }) => at);
  });
  assert.deepEqual(moments, ['2026-01-02T03:04:05.123456Z', '2026-01-02T08:34:05.123456+05:30']);
});
