import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outbox (
      id bigint not null generated always as identity,
      message_id text not null,
      name text not null,
      body jsonb not null,
      origin jsonb not null,
      created_at timestamptz not null default now(),
      constraint pk_outbox primary key (id)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table outbox`.execute(db);
}
