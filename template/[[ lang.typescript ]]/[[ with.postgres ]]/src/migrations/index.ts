/**
 * Migrations of the database schema: every other module here is one, and offers `up` and `down`.
 *
 * They run by name, those that came with another service later too; all in one transaction.
 */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';

const provider = new FileMigrationProvider({ fs, path, migrationFolder: import.meta.dirname });

/** Brings the schema to the newest version, and returns what it did; one process at a time does so. */
export async function migrate(db: Kysely<unknown>): Promise<string[]> {
  await lock(db);
  return done(await migrator(db).migrateToLatest());
}

/** Takes back the migration that was made last. */
export async function takeBack(db: Kysely<unknown>): Promise<string[]> {
  await lock(db);
  return done(await migrator(db).migrateDown());
}

/** What a newer release has done here, which has done all of this one's migrations, too. */
export async function newer(db: Kysely<unknown>): Promise<string[]> {
  const table = sql<{ there: boolean }>`select to_regclass('migrations') is not null as there`;
  if (!(await table.execute(db)).rows[0]?.there) return [];
  const { rows } = await sql<{ name: string }>`select name from migrations`.execute(db);
  const done = new Set(rows.map(({ name }) => name));
  const own = new Set(Object.keys(await provider.getMigrations()));
  return own.isSubsetOf(done) ? [...done.difference(own)] : [];
}

/** Waits a minute at most for another process that migrates; whoever holds a table gets as long. */
async function lock(db: Kysely<unknown>): Promise<void> {
  await sql`set lock_timeout = '60s'`.execute(db);
  // Kysely's own lock waits for an hour. This one ends with the connection.
  await sql`select pg_advisory_lock(hashtext('migrate'))`.execute(db);
}

function migrator(db: Kysely<unknown>): Migrator {
  return new Migrator({
    db,
    provider,
    allowUnorderedMigrations: true,
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
  });
}

function done({ error, results }: Awaited<ReturnType<Migrator['migrateUp']>>): string[] {
  if (error) throw error;
  return (results ?? []).map((result) => result.migrationName);
}
